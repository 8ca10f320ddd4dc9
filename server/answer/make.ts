import type { Log } from '../logging/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Completion, Listener } from '../model/chain.ts'
import type { ModelRequest } from '../model/model.ts'
import type { Search } from '../retrieval/search.ts'
import { withinBudget } from './conversation.ts'
import { withoutDanger } from './danger.ts'
import { extract } from './extractive.ts'
import type { FlightEvent } from './flight.ts'
import { admitsNotKnowing, handoff, people } from './handoff.ts'
import { holdBack } from './hold-back.ts'
import { type LookedUp, lookUp } from './look-up.ts'
import { notCovered } from './not-covered.ts'
import { handoffMark, leaksRules, systemPrompt } from './prompt.ts'
import { isContextFree } from './question.ts'
import { askBack, smalltalk } from './smalltalk.ts'
import { type Answer, sourceOf, type Turn } from './types.ts'

const historyTokens = 1_500

interface Parts {
  search: () => Search
  /** Undefined where no model is configured. */
  complete: () => ((request: ModelRequest, listener: Listener) => Promise<Completion>) | undefined
  /** False while an administrator has switched the model off. */
  modelEnabled: () => boolean
  metrics: Metrics
  log: Log
}

/** What is to be answered. */
interface Asked {
  message: string
  history: Turn[]
  /** For the log; of many that asked the same, the first one's. */
  requestId: string
}

export type Make = (asked: Asked, tell: (event: FlightEvent) => void, signal: AbortSignal) => Promise<Answer>

/** Makes a new answer: the model with the documents, else the documents alone. */
export function createMake({ search, complete, modelEnabled, metrics, log }: Parts): Make {
  return async ({ message, history, requestId }, tell, signal) => {
    const told = withoutDanger(history)
    const found = lookUp(search(), message, told)
    const ask = complete()
    const alone = (byModel = false) => extract(found, message, history, byModel)
    // A question with neither a document nor a conversation to answer it from: a model could only invent.
    const baseless = found.hits.length === 0 && told.length === 0 && isContextFree(message)
    // "Yes" after something that was said is the model's to understand.
    const aimless = told.length === 0 && askBack(message)
    const needless = baseless || aimless || smalltalk(message) !== undefined
    if (!ask || needless) return alone(ask !== undefined)
    if (!modelEnabled()) return { ...alone(), fallback: true }
    const fallBack = (kind: 'extractive' | 'leak'): Answer => {
      metrics.fallbacks.inc(kind)
      tell({ type: 'restart' })
      return { ...alone(), fallback: true }
    }
    const turns: Turn[] = [...withinBudget(told, historyTokens), { role: 'user', content: message }]
    try {
      const said = await ask({ system: systemPrompt(found), turns, requestId, signal }, speaker(tell))
      metrics.usage(said.model, said.usage)
      if (!leaksRules(said.text)) return judged(said, found, message)
      log.warn('model_leaked_rules', { model: said.model, request_id: requestId })
      return fallBack('leak')
    } catch (error) {
      if (signal.aborted) throw error
      log.warn('model_fallback', { error, request_id: requestId })
      return fallBack('extractive')
    }
  }
}

/** What the model said, as an answer: an honest "I don't know" where it had nothing to say, or where it had not for all. */
function judged({ text, model }: Completion, found: LookedUp, question: string): Answer {
  if (text.trim() === '' || text.includes(handoffMark) || admitsNotKnowing(text)) {
    return { ...notCovered(question, true), sources: [], model }
  }
  const isPartial = found.parts.some(({ confident }) => confident === 0) && text.includes(people.phone)
  return {
    text: text.trim(),
    sources: found.hits.slice(0, Math.min(found.confident, 3)).map(sourceOf),
    model,
    ...(found.confident > 0 && isPartial ? { handoff: handoff('not_covered') } : {}),
  }
}

/** Passes the model's words on as they come, but neither the mark nor the rules. */
function speaker(tell: (event: FlightEvent) => void): Listener {
  const speech = holdBack(handoffMark, (text) => tell({ type: 'token', text }))
  let heard = ''
  return {
    token(text) {
      heard += text
      if (!leaksRules(heard.slice(-400))) speech.token(text)
    },
    restart() {
      heard = ''
      speech.restart()
      tell({ type: 'restart' })
    },
  }
}

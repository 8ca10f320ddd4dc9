import { tagKeys } from '../../emergency/memory'
import { type Confidence, quote, type Rule, runbookOf, seen } from '../rule'
import { lastSaid } from '../said'
import type { Snapshot } from '../snapshot'

const degraded = (snapshot: Snapshot) =>
  seen(snapshot, 'ready')?.some((one) => one.degraded?.includes('model'))

const off: Rule = {
  id: 'model-switched-off',
  family: 'model',
  title: 'The model is switched off',
  section: '10.3',
  needs: ['service'],
  look(snapshot) {
    const since = seen(snapshot, 'service')?.tags?.[tagKeys.model]
    if (since === undefined) return undefined
    return {
      cause: 'An emergency has switched the model off, and it is off still: the documents answer',
      confidence: 'proven',
      evidence: [quote(snapshot, 'service', `the service's tag ${tagKeys.model} is "${since}"`)],
      fix: runbookOf(snapshot, 'emergency-restore'),
      mend: { do: 'emergency-restore' },
    }
  },
}

/** As the chatbot's log calls the ways a model can fail. */
const kinds: Record<
  string,
  { id: string; title: string; cause: string; fix: (snapshot: Snapshot) => string }
> = {
  refused: {
    id: 'model-key-refused',
    title: 'The model refuses the key',
    cause: 'The model refuses what it is asked with: the key, or the name of the model',
    fix: (snapshot) => `${runbookOf(snapshot, 'setup')}   # asks for OPENAI_API_KEY; then deploy`,
  },
  quota: {
    id: 'model-quota-used',
    title: "The model's quota is used up",
    cause: "The account at the model's provider has no quota left",
    fix: () => 'open https://platform.openai.com/settings/organization/billing',
  },
  rate_limited: {
    id: 'model-limited',
    title: 'The model limits the requests',
    cause: "The model's provider limits the requests of this key",
    fix: () => 'open https://platform.openai.com/settings/organization/limits',
  },
  unavailable: unreachable('The model cannot be reached, or answers with an error of its own'),
  timeout: unreachable('The model does not answer in time'),
}

function unreachable(cause: string) {
  return {
    id: 'model-unreachable',
    title: 'The model cannot be reached',
    cause,
    fix: ({ environment, region }: Snapshot) =>
      `aws logs tail /ecs/tria-aibpo-${environment} --since 30m --filter-pattern model_failed --region ${region}   # and https://status.openai.com`,
  }
}

const ids = [...new Set(Object.values(kinds).map(({ id }) => id))]

/** The chatbot must say at this moment that its model is away: a failure that it got over is over. */
const failing = (id: string): Rule => ({
  id,
  family: 'model',
  title: Object.values(kinds).find((one) => one.id === id)!.title,
  section: '8',
  needs: ['errors', 'ready'],
  look(snapshot) {
    if (!degraded(snapshot) || seen(snapshot, 'service')?.tags?.[tagKeys.model] !== undefined)
      return undefined
    const said = lastSaid(snapshot, { away: 'model_failed' })
    const kind = said?.kind ? kinds[said.kind] : undefined
    if (!said || kind?.id !== id) return undefined
    const confidence: Confidence = id === 'model-unreachable' ? 'likely' : 'proven'
    const ready = quote(snapshot, 'ready', 'degraded: model')
    return {
      cause: kind.cause,
      confidence,
      evidence: [ready, quote(snapshot, 'errors', said.line)],
      fix: kind.fix(snapshot),
    }
  },
})

export const modelRules: Rule[] = [off, ...ids.map(failing)]

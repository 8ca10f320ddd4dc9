import { setTimeout as pause } from 'node:timers/promises'
import manifest from '../../package.json'
import { findRevision, marksOf } from '../aws/revisions'
import { findService } from '../aws/service'
import { type Check, failed, ok, type Verdict, type View } from './check'
import { type Answer, ask, chat, quote } from './http'

/** The guide's own question, and what an answer from the company's policies must say (guide 6.3). */
const question = 'What is your refund policy?'
const grounded = (message: unknown) => typeof message === 'string' && /30 days/.test(message)

const health: Check = {
  id: 'health',
  title: 'Health answers exactly as documented',
  async run(view) {
    const answer = await ask(view, '/health')
    const { status, version, ...more } = answer.json ?? {}
    const exact = status === 'healthy' && typeof version === 'string' && Object.keys(more).length === 0
    return answer.status === 200 && exact ? ok(answer.text) : failed(quote(answer))
  },
}

const version: Check = {
  id: 'version',
  title: 'The version that was deployed is the one that answers',
  async run(view) {
    const [answer, deployed] = await Promise.all([ask(view, '/health'), deployedVersion(view)])
    return judgeVersion(answer, deployed)
  },
}

/** After a rollback it is not this source's. A revision that was not made by deploy does not say. */
async function deployedVersion({ aws, stack }: View): Promise<string | undefined> {
  const service = await findService(aws, stack)
  const revision = service?.taskDefinition && (await findRevision(aws, service.taskDefinition))
  return revision ? marksOf(revision.tags).version : undefined
}

export function judgeVersion(answer: Answer, deployed: string | undefined): Verdict {
  const running = answer.json?.version
  const wanted = deployed ?? manifest.version
  if (running === wanted) return ok(`version ${running}`)
  const where = deployed ? 'deployed is' : 'package.json has'
  return failed(`${where} ${wanted}, ${running ? `running is ${running}` : quote(answer)}`)
}

const ready: Check = {
  id: 'ready',
  title: 'No part is degraded',
  async run(view) {
    const answer = await ask(view, '/ready')
    const degraded = answer.json?.degraded
    if (answer.status !== 200 || !Array.isArray(degraded)) return failed(quote(answer))
    return degraded.length === 0 ? ok(quote(answer)) : failed(`degraded: ${degraded.join(', ')}`)
  },
}

const docs: Check = {
  id: 'docs',
  title: 'The API documentation opens, from here alone',
  async run(view) {
    const answer = await ask(view, '/docs')
    if (answer.status !== 200 || !/text\/html/.test(answer.headers.get('content-type') ?? '')) {
      return failed(quote(answer))
    }
    const outside = answer.text.match(/(?:src|href)="(https?:\/\/[^"]+)"/)?.[1]
    return outside ? failed(`it loads ${outside}`) : ok('HTML page, no outside address')
  },
}

const answered: Check = {
  id: 'answer',
  title: 'A question is answered from the policies',
  async run(view) {
    const answer = await chat(view, `verify-${view.run}-a`, question)
    return answer.status === 200 && grounded(answer.json?.message) ? ok(said(answer)) : failed(quote(answer))
  },
}

const cached: Check = {
  id: 'cache',
  title: 'The same question again comes from the cache',
  async run(view) {
    const first = await chat(view, `verify-${view.run}-b`, question)
    if (first.hung) return failed(quote(first))
    // A cache that is slow for a moment is passed by for a second or two: that is no reason to take a deploy back.
    for (let tries = 1; ; tries++) {
      const again = await chat(view, `verify-${view.run}-c${tries}`, question)
      if (again.json?.metadata?.from_cache === true && grounded(again.json?.message)) return ok(said(again))
      if (tries === 5 || again.hung) return failed(quote(again))
      await pause(700, undefined, { signal: view.signal })
    }
  },
}

const conversation: Check = {
  id: 'conversation',
  title: 'A conversation is remembered',
  async run(view) {
    const session = `verify-${view.run}-d`
    for (const message of ['How long does standard shipping take?', 'And is there something faster?']) {
      const said = await chat(view, session, message)
      if (said.hung) return failed(quote(said))
    }
    // Turns are written in batches, off the path of the answer.
    for (let tries = 1; ; tries++) {
      const answer = await ask(view, `/api/sessions/${session}`)
      const turns = answer.json?.messages ?? []
      const count = (role: string) => turns.filter((turn) => turn.role === role).length
      if (count('user') === 2 && count('assistant') === 2) return ok('two questions and two answers are kept')
      if (tries === 10 || answer.hung) return failed(quote(answer))
      await pause(300, undefined, { signal: view.signal })
    }
  },
}

const refusal: Check = {
  id: 'bad-request',
  title: 'A bad request is refused with an error that names it',
  async run(view) {
    const answer = await ask(view, '/api/chatbot', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"session_id":"verify"}',
    })
    const named = typeof answer.json?.error?.code === 'string'
    return answer.status >= 400 && answer.status < 500 && named ? ok(quote(answer)) : failed(quote(answer))
  },
}

function said(answer: Answer): string {
  const { message, metadata } = answer.json ?? {}
  const from = metadata?.from_cache ? 'from cache' : 'fresh'
  return `"${String(message).slice(0, 70)}..." ${from}, ${metadata?.processing_time}`
}

export const answerChecks: Check[] = [health, version, ready, docs, answered, cached, conversation, refusal]

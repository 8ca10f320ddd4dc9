import { unhealthyTarget } from '../../deployment/cause'
import { ended, wayBack } from '../evidence'
import { type Evidence, minutesBetween, quote, type Rule, seen, word } from '../rule'
import type { Snapshot } from '../snapshot'
import { endedBy } from '../telling'

/** Where the chatbot answers whoever asks for its health. */
const healthPath = '/health'

interface Sick {
  answer: string
  evidence: Evidence
}

/** What the load balancer gets where it finds a target unhealthy: now, or when ECS ended a task for it. */
function sickness(snapshot: Snapshot): Sick[] {
  const now = (seen(snapshot, 'targets')?.targets ?? [])
    .filter(({ state }) => state === 'unhealthy')
    .map(({ id, text = '', reason = '' }) => ({
      answer: text || reason,
      evidence: quote(snapshot, 'targets', `target ${id} is unhealthy: ${text} (${reason})`),
    }))
  const task = endedBy(snapshot, /failed ELB health checks/)
  if (!task) return now
  const told = (seen(snapshot, 'service')?.events ?? [])
    .filter(({ at }) => minutesBetween(at, snapshot.at) <= 60)
    .flatMap(({ text }) => {
      const reason = unhealthyTarget(text)?.reason
      return reason ? [{ answer: reason, evidence: quote(snapshot, 'service', text) }] : []
    })
  const own = { answer: told[0]?.answer ?? '', evidence: ended(snapshot, task) }
  return [...now, ...told.slice(0, 1), own]
}

const path: Rule = {
  id: 'health-check-path',
  family: 'health',
  title: 'The health check asks at a path that does not exist',
  section: '8.3',
  needs: ['targets', 'tasks', 'service'],
  look(snapshot) {
    const group = seen(snapshot, 'targets')
    const sick = sickness(snapshot)
    if (!group?.path || sick.length === 0) return undefined
    const shown = quote(snapshot, 'targets', `the health check asks for ${group.path}`)
    if (group.path === healthPath) return { ruledOut: this.title, by: shown }
    // Another path may be as good; one that does not exist is answered, and with 4xx.
    const refused = sick.some((one) => /codes: \[4\d\d\]/.test(one.answer))
    if (!refused) return undefined
    return {
      cause: `The load balancer asks for ${group.path}, and the chatbot tells its health at ${healthPath}: no target gets healthy`,
      confidence: 'proven',
      evidence: [shown, ...sick.slice(0, 3).map(({ evidence }) => evidence)],
      fix: `aws elbv2 modify-target-group --target-group-arn ${word(group.arn)} --health-check-path ${healthPath} --region ${snapshot.region}`,
      mend: { do: 'health-check', targetGroup: group.arn, path: healthPath, was: group.path },
    }
  },
}

const port: Rule = {
  id: 'health-check-port',
  family: 'health',
  title: 'The health check asks at another port',
  section: '8.3',
  needs: ['targets', 'revisions', 'service'],
  look(snapshot) {
    const group = seen(snapshot, 'targets')
    const ports = (seen(snapshot, 'revisions') ?? []).flatMap((one) => one.ports ?? [])
    const asked = Number(group?.healthPort)
    // The group's own port differs harmlessly from the tasks': they are registered with theirs.
    if (!group || !Number.isInteger(asked) || ports.length === 0 || ports.includes(asked)) return undefined
    const sick = sickness(snapshot)
    if (sick.length === 0) return undefined
    return {
      cause: `The load balancer asks port ${asked} for the health, and the tasks listen on ${ports[0]}`,
      confidence: 'proven',
      evidence: [
        quote(snapshot, 'targets', `the health check's port is ${asked}`),
        ...sick.slice(0, 2).map(({ evidence }) => evidence),
      ],
      fix: `aws elbv2 modify-target-group --target-group-arn ${word(group.arn)} --health-check-port traffic-port --region ${snapshot.region}`,
      mend: { do: 'health-check', targetGroup: group.arn, port: 'traffic-port', was: String(asked) },
    }
  },
}

const code: Rule = {
  id: 'health-check-code',
  family: 'health',
  title: 'The health check wants another answer than a good one',
  section: '8.3',
  needs: ['targets', 'tasks', 'service'],
  look(snapshot) {
    const group = seen(snapshot, 'targets')
    const good = sickness(snapshot).filter((one) => isGood(codeIn(one.answer)))
    if (!group || good.length === 0) return undefined
    const wants = group.matcher ?? ''
    return {
      cause: `The chatbot is well and answers with ${codeIn(good[0]!.answer)}, and the load balancer wants ${wants || 'another code'}: no target gets healthy`,
      confidence: 'proven',
      evidence: [
        quote(snapshot, 'targets', `the health check's matcher is ${wants}`),
        ...good.slice(0, 2).map(({ evidence }) => evidence),
      ],
      fix: `aws elbv2 modify-target-group --target-group-arn ${word(group.arn)} --matcher HttpCode=200 --region ${snapshot.region}`,
      mend: { do: 'health-check', targetGroup: group.arn, code: '200', was: wants },
    }
  },
}

const codeIn = (answer: string) => answer.match(/codes: \[(\d+)\]/)?.[1]
const isGood = (code: string | undefined) => code?.startsWith('2') === true

const answer: Rule = {
  id: 'health-check-answer',
  family: 'health',
  title: 'The tasks answer their health check with an error',
  section: '8.3',
  needs: ['targets', 'tasks', 'service'],
  look(snapshot) {
    const group = seen(snapshot, 'targets')
    const wrong = sickness(snapshot).filter((one) => codeIn(one.answer) && !isGood(codeIn(one.answer)))
    const got = wrong[0] && codeIn(wrong[0].answer)
    if (!got || group?.path !== healthPath) return undefined
    const of = seen(snapshot, 'service')?.taskDefinition.split('/').at(-1)
    return {
      cause: `The tasks run, and answer ${healthPath} with ${got}: the fault is in what ${of} runs`,
      confidence: 'proven',
      evidence: wrong.slice(0, 3).map(({ evidence }) => evidence),
      fix: wayBack(snapshot),
    }
  },
}

const slow: Rule = {
  id: 'slow-start',
  family: 'health',
  title: 'The tasks do not answer in time',
  section: '8.3',
  needs: ['targets', 'tasks', 'service'],
  look(snapshot) {
    const silent = sickness(snapshot).filter((one) =>
      /timed out|Health checks failed(?! with)/.test(one.answer),
    )
    const service = seen(snapshot, 'service')
    if (silent.length === 0 || !service) return undefined
    return {
      cause: `The load balancer gets no answer from ${healthPath}: the tasks start too slowly for their ${service.grace ?? 0} s of grace, or hang`,
      confidence: 'likely',
      evidence: silent.slice(0, 3).map(({ evidence }) => evidence),
      fix: `aws ecs update-service --cluster tria-aibpo-${snapshot.environment}-cluster --service tria-aibpo-${snapshot.environment}-service --health-check-grace-period-seconds ${Math.max(120, 2 * (service.grace ?? 0))} --region ${snapshot.region}   # and health_check_grace_period in the environment's tfvars`,
    }
  },
}

export const healthRules: Rule[] = [path, port, code, answer, slow]

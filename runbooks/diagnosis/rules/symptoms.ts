import { type Found, minutesBetween, quote, type Rule, runbookOf, seen } from '../rule'
import type { Snapshot } from '../snapshot'
import { moving } from '../telling'

/** A task that starts is on its way; one that does for so many minutes is stuck. */
const patience = 5

/** What anybody would notice; a cause that explains it takes its place. */
const tasks: Rule = {
  id: 'tasks-missing',
  family: 'symptoms',
  title: 'Fewer tasks run than are wanted',
  section: '8.2',
  needs: ['service', 'tasks'],
  look(snapshot) {
    const service = seen(snapshot, 'service')
    if (!service) return undefined
    const { desired, running, pending } = service
    const stuck = stuckTasks(snapshot)
    const coming = stuck.length === 0 && (moving(service) || running + (pending ?? 0) >= desired)
    if (desired > 0 && (running >= desired || coming)) return undefined
    const waiting =
      stuck.length > 0 ? `; ${stuck.length} have been starting for over ${patience} minutes` : ''
    return {
      cause:
        desired === 0 ? 'The service is set to 0 tasks' : `Only ${running} of ${desired} tasks run${waiting}`,
      confidence: 'likely',
      evidence: [
        quote(snapshot, 'service', `desired ${desired}, running ${running}, pending ${pending}`),
        ...stuck.slice(0, 2).map(({ id, status }) => quote(snapshot, 'tasks', `task ${id} is ${status}`)),
        ...(service.events ?? []).slice(0, 2).map(({ text }) => quote(snapshot, 'service', text)),
      ],
      fix:
        desired === 0
          ? `${runbookOf(snapshot, 'emergency-restore')} --desired-count ${Math.max(1, seen(snapshot, 'scaling')?.min ?? 1)}`
          : runbookOf(snapshot, 'verify'),
    }
  },
}

const stuckTasks = (snapshot: Snapshot) =>
  (seen(snapshot, 'tasks') ?? []).filter(
    ({ status, created }) =>
      /^(PROVISIONING|PENDING|ACTIVATING)$/.test(status) && minutesBetween(created, snapshot.at) > patience,
  )

const targets: Rule = {
  id: 'targets-unhealthy',
  family: 'symptoms',
  title: 'Targets are unhealthy',
  section: '8.3',
  needs: ['targets'],
  look(snapshot) {
    const sick = (seen(snapshot, 'targets')?.targets ?? []).filter(({ state }) => state === 'unhealthy')
    if (sick.length === 0) return undefined
    return {
      cause: `${sick.length} targets are unhealthy`,
      confidence: 'likely',
      evidence: sick
        .slice(0, 3)
        .map(({ id, text, reason }) => quote(snapshot, 'targets', `${id}: ${text} (${reason})`)),
      fix: runbookOf(snapshot, 'verify'),
    }
  },
}

const silence: Rule = {
  id: 'no-answer',
  family: 'symptoms',
  title: 'The chatbot does not answer',
  section: '8.3',
  needs: ['ready'],
  look(snapshot) {
    const asked = seen(snapshot, 'ready') ?? []
    const failed = asked.filter(
      ({ status, degraded }) => status === 0 || (status >= 500 && !degraded?.length),
    )
    const [first] = failed
    if (!first) return undefined
    return {
      cause: `${failed.length} of ${asked.length} requests to the chatbot got no answer from it`,
      confidence: 'likely',
      evidence: [quote(snapshot, 'ready', first.error ?? `HTTP ${first.status}`)],
      fix: runbookOf(snapshot, 'verify'),
    }
  },
}

const part = (which: 'database' | 'cache' | 'model'): Rule => ({
  id: `${which}-degraded`,
  family: 'symptoms',
  title: `The chatbot does without its ${which}`,
  section: '8.4',
  needs: ['ready'],
  look(snapshot: Snapshot): Found | undefined {
    const asked = seen(snapshot, 'ready') ?? []
    const without = asked.filter((one) => one.degraded?.includes(which))
    if (without.length === 0) return undefined
    const error = (seen(snapshot, 'errors') ?? []).findLast((line) => line.text.includes(`"${which}_away"`))
    return {
      cause: `${without.length} of ${asked.length} answers of /ready say that the ${which} is away`,
      confidence: 'likely',
      evidence: [
        quote(snapshot, 'ready', `degraded: ${without[0]!.degraded.join(', ')}`),
        ...(error ? [quote(snapshot, 'errors', error.text)] : []),
      ],
      fix: runbookOf(snapshot, 'verify'),
    }
  },
})

const alarm: Rule = {
  id: 'alarm-ringing',
  family: 'symptoms',
  title: 'An alarm rings',
  section: '7.3',
  needs: ['alarms'],
  look(snapshot) {
    const ringing = (seen(snapshot, 'alarms') ?? []).filter(({ state }) => state === 'ALARM')
    const [first] = ringing
    if (!first) return undefined
    return {
      cause: `${ringing.map(({ name }) => name).join(', ')} rings${first.text ? `: ${first.text}` : ''}`,
      confidence: 'likely',
      evidence: ringing
        .slice(0, 3)
        .map(({ name, reason }) => quote(snapshot, 'alarms', `${name}: ${reason}`)),
      fix: runbookOf(snapshot, 'verify'),
    }
  },
}

/** A new alarm has no data at first; one that has had none for a day watches nothing. */
const day = 24 * 60

const blind: Rule = {
  id: 'alarm-without-data',
  family: 'symptoms',
  title: 'An alarm has no data',
  section: '7.3',
  needs: ['alarms'],
  look(snapshot) {
    const dead = (seen(snapshot, 'alarms') ?? []).filter(
      ({ state, since }) => state === 'INSUFFICIENT_DATA' && minutesBetween(since, snapshot.at) > day,
    )
    if (dead.length === 0) return undefined
    return {
      cause: `${dead.map(({ name }) => name).join(', ')} has had no data for a day: it would not ring`,
      confidence: 'likely',
      evidence: dead.slice(0, 3).map(({ name, reason }) => quote(snapshot, 'alarms', `${name}: ${reason}`)),
      fix: runbookOf(snapshot, 'deploy'),
    }
  },
}

export const symptomRules: Rule[] = [
  silence,
  tasks,
  targets,
  part('database'),
  part('cache'),
  part('model'),
  alarm,
  blind,
]

import { printable } from '../../core/output/printable'
import { lastWords } from '../../deployment/words'
import { ends, printed, wayBack } from '../evidence'
import type { LineSeen, TaskSeen } from '../parts'
import { type Rule, runbookOf, seen } from '../rule'
import { endedBy, endOf, tellingTasks } from '../telling'

const outOfMemory: Rule = {
  id: 'out-of-memory',
  family: 'start',
  title: 'The tasks run out of memory',
  section: '8.2',
  needs: ['tasks'],
  look(snapshot) {
    const task = endedBy(snapshot, /OutOfMemoryError/)
    if (!task) return undefined
    const memory = seen(snapshot, 'revisions')?.find(({ name }) => name === task.definition)?.memory
    return {
      cause: `A task needed more than its ${memory ? `${memory} MiB` : ''} memory and was killed`.replace(
        '  ',
        ' ',
      ),
      confidence: 'proven',
      evidence: ends(snapshot, /OutOfMemoryError/),
      fix: `${runbookOf(snapshot, 'deploy')}   # after raising ecs_task_memory in terraform/aws/environments/${snapshot.environment}.tfvars`,
    }
  },
}

/** 137 is SIGKILL, whoever sent it: only AWS's own words say that it was for memory. */
const killed: Rule = {
  id: 'killed',
  family: 'start',
  title: 'Tasks are killed, and not for memory',
  section: '8.2',
  needs: ['tasks'],
  look(snapshot) {
    const tasks = tellingTasks(snapshot).filter(
      (task) => task.exitCode === 137 && !/OutOfMemory|health checks/.test(endOf(task)),
    )
    const [task] = tasks
    if (!task) return undefined
    return {
      cause:
        'A task was killed (exit code 137) without AWS naming memory as the reason: it did not end in time when it was told to',
      confidence: 'likely',
      evidence: ends(snapshot, /exit code 137/),
      fix: `aws logs tail /ecs/tria-aibpo-${snapshot.environment} --since 1h --region ${snapshot.region}`,
    }
  },
}

const crash: Rule = {
  id: 'crash-on-start',
  family: 'start',
  title: 'The container ends as soon as it starts',
  section: '8.2',
  needs: ['tasks', 'lastLines'],
  look(snapshot) {
    const tasks = tellingTasks(snapshot).filter(isCrash)
    const [task] = tasks
    if (!task) return undefined
    const lines = (seen(snapshot, 'lastLines') ?? []).filter((line) =>
      tasks.some(({ id }) => id === line.task),
    )
    const own = lines.filter((line) => line.task === lines.at(-1)?.task).map(({ text }) => text)
    const said = lastWords(own)
    const of = task.definition.split('/').at(-1)
    return {
      cause: `The container of ${of} exits with code ${task.exitCode}${meaning(task.exitCode)}${said ? `; its last words: "${printable(said, 200)}"` : ''}`,
      confidence: 'proven',
      evidence: [...ends(snapshot, /exit code/), ...unlike(lines).map((line) => printed(snapshot, line))],
      fix: wayBack(snapshot),
    }
  },
}

/** The last lines that say something else than those before: tasks that die alike print alike. */
const unlike = (lines: LineSeen[]) =>
  lines.filter(({ text }, i) => lines.findIndex((one) => one.text === text) === i).slice(-4)

const isCrash = (task: TaskSeen) =>
  task.exitCode !== undefined &&
  task.exitCode !== 137 &&
  !/health checks|OutOfMemoryError|Spot/.test(endOf(task))

/** What these mean for every program. */
function meaning(code: number | undefined): string {
  const known: Record<number, string> = {
    0: ' (it ended in order, and a server should not end)',
    126: ' (its command is not executable)',
    127: ' (its command is not in the image)',
    139: ' (segmentation fault)',
  }
  return known[code ?? -1] ?? ''
}

const logGroup: Rule = {
  id: 'log-group-missing',
  family: 'start',
  title: 'The log group does not exist',
  section: '8.2',
  needs: ['tasks'],
  look(snapshot) {
    const words = /log group does not exist/
    const task = endedBy(snapshot, words)
    if (!task) return undefined
    const group = seen(snapshot, 'revisions')?.find(({ name }) => name === task.definition)?.logGroup
    const name = group ?? `/ecs/tria-aibpo-${snapshot.environment}`
    return {
      cause: `The log group ${printable(name)} does not exist, and without it no task starts`,
      confidence: 'proven',
      evidence: ends(snapshot, words),
      fix: `aws logs create-log-group --log-group-name ${quoted(name)} --region ${snapshot.region}`,
      mend: { do: 'create-log-group', name },
    }
  },
}

const quoted = (name: string) =>
  /^[\w./#-]+$/.test(name) ? name : `'${printable(name).replaceAll("'", '')}'`

export const startRules: Rule[] = [outOfMemory, logGroup, crash, killed]

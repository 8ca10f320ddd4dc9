import { ends } from '../evidence'
import type { TaskSeen } from '../parts'
import { quote, type Rule, runbookOf, seen, word } from '../rule'
import type { Snapshot } from '../snapshot'
import { endedBy, endOf, revisionsAtHand } from '../telling'

/** Where a secret is, and the key inside it. */
function parts(reference: string): { arn: string; key: string | undefined } {
  const words = reference.split(':')
  return { arn: words.slice(0, 7).join(':'), key: words[7] || undefined }
}

const references = (snapshot: Snapshot) => revisionsAtHand(snapshot).flatMap(({ secrets }) => secrets ?? [])
const named = (arn: string) => arn.split(':').at(-1) ?? arn

/** The secret that a task's end names has been restored, or made again, since; one without a value is not there yet. */
function isBack(snapshot: Snapshot, end: string): boolean {
  const told = (seen(snapshot, 'secrets') ?? []).filter(({ arn }) => end.includes(arn))
  const valueless = /secret value/.test(end)
  return (
    told.length > 0 &&
    told.every((one) => one.exists && !one.markedForDeletion && (one.keys !== undefined || !valueless))
  )
}

/** The key that a task's end names has been put into its secret since. */
function hasKey(snapshot: Snapshot, task: TaskSeen): boolean {
  const told = endOf(task).match(/did not contain json key ([^\s;]+)/)?.[1]
  const reads = (
    seen(snapshot, 'revisions')?.find(({ name }) => name === task.definition)?.secrets ?? []
  ).filter(({ from }) => parts(from).key === told)
  const keysOf = (arn: string) => seen(snapshot, 'secrets')?.find((one) => one.arn === arn)?.keys
  return (
    told !== undefined &&
    reads.length > 0 &&
    reads.every(({ from }) => keysOf(parts(from).arn)?.includes(told))
  )
}

const missing: Rule = {
  id: 'secret-missing',
  family: 'secrets',
  title: 'A secret that tasks read is not there',
  section: '8.2',
  needs: ['secrets', 'tasks'],
  look(snapshot) {
    const words = /unable to retrieve secret.*(ResourceNotFoundException|marked for deletion)/
    const wanted = references(snapshot)
    const gone = (seen(snapshot, 'secrets') ?? []).filter(
      (one) =>
        (one.exists === false || one.markedForDeletion) &&
        wanted.some(({ from }) => parts(from).arn === one.arn),
    )
    const task = endedBy(snapshot, words, (one) => isBack(snapshot, endOf(one)))
    if (gone.length === 0 && !task) return undefined
    const [secret] = gone
    const reads = wanted.filter(({ from }) => secret && parts(from).arn === secret.arn)
    const which = secret ? named(secret.arn) : 'that the new tasks name'
    return {
      cause: `The secret ${which} ${secret?.markedForDeletion ? 'is marked for deletion' : 'does not exist'}${reads.length ? `, and ${reads.map(({ name }) => name).join(', ')} come${reads.length > 1 ? '' : 's'} from it` : ''}: no task can start`,
      confidence: 'proven',
      evidence: [
        ...gone.map(({ arn, markedForDeletion }) =>
          quote(
            snapshot,
            'secrets',
            `${arn} ${markedForDeletion ? 'is marked for deletion' : 'does not exist'}`,
          ),
        ),
        ...ends(snapshot, words),
      ],
      fix: secret?.markedForDeletion
        ? `aws secretsmanager restore-secret --secret-id ${word(secret.arn)} --region ${snapshot.region}`
        : again(snapshot, secret ? named(secret.arn) : ''),
      mend: secret?.markedForDeletion ? { do: 'restore-secret', arn: secret.arn } : undefined,
    }
  },
}

const key: Rule = {
  id: 'secret-key-missing',
  family: 'secrets',
  title: 'A key is missing inside a secret',
  section: '8.2',
  needs: ['secrets', 'revisions', 'tasks'],
  look(snapshot) {
    const words = /did not contain json key/
    const secrets = new Map((seen(snapshot, 'secrets') ?? []).map((one) => [one.arn, one]))
    const lacking = references(snapshot).filter(({ from }) => {
      const { arn, key } = parts(from)
      const keys = secrets.get(arn)?.keys
      return key !== undefined && keys !== undefined && !keys.includes(key)
    })
    const [first] = lacking
    if (!first && !endedBy(snapshot, words, (one) => hasKey(snapshot, one))) return undefined
    const at = first && parts(first.from)
    return {
      cause: at
        ? `The secret ${named(at.arn)} has no key ${at.key}, which ${first.name} is read from: no task can start`
        : 'A secret has not the key that the task definition names: no task can start',
      confidence: 'proven',
      evidence: [
        ...lacking.map(({ name, from }) =>
          quote(
            snapshot,
            'secrets',
            `${name} is read from the key ${parts(from).key} of ${named(parts(from).arn)}, which has only: ${secrets.get(parts(from).arn)?.keys?.join(', ')}`,
          ),
        ),
        ...ends(snapshot, words),
      ],
      fix: again(snapshot, at ? named(at.arn) : ''),
    }
  },
}

/** Setup writes the inputs, Terraform the database's address. */
const again = (snapshot: Snapshot, name: string) =>
  runbookOf(snapshot, /\/database/.test(name) ? 'deploy' : 'setup')

export const secretRules: Rule[] = [missing, key]

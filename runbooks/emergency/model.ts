import { setTimeout as pause } from 'node:timers/promises'
import type { Aws } from '../aws/clients'
import type { Door } from '../aws/door'
import { container } from '../aws/stack'
import { type Change, Failed, type Step } from '../core'
import type { Front } from './balancer'
import type { Place } from './place'

/** The server's own switch, asked for through the load balancer with the administrator's token. */
export interface Switch {
  door: Door
  /** Where the token is: a secret's ARN and the key in it, from the task definition. */
  secret: string
  key: string
}

/** How long the other replicas may take to follow the one that was asked; they look every two seconds. */
const followMs = 15_000

export async function findSwitch(
  aws: Aws,
  front: Front | undefined,
  revision: string,
): Promise<Switch | undefined> {
  if (!front) return undefined
  const ecs = await aws.ecs()
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: revision })
  const containers = taskDefinition?.containerDefinitions ?? []
  const own = containers.find(({ name }) => name === container) ?? containers[0]
  const from = own?.secrets?.find(({ name }) => name === 'ADMIN_TOKEN')?.valueFrom
  // `arn:aws:secretsmanager:region:account:secret:name[:key[:stage[:version]]]`
  const parts = from?.split(':')
  if (!parts || parts.length < 7) return undefined
  return { door: front.door, secret: parts.slice(0, 7).join(':'), key: parts[7] ?? '' }
}

/** Whether every replica that answers says that it does not ask the model. Requests go to all of them in turn. */
export async function modelIs(
  door: Door,
  replicas: number,
  signal: AbortSignal,
): Promise<'on' | 'off' | 'mixed' | 'unknown'> {
  const asked = Array.from({ length: Math.max(6, 5 * replicas) }, () => isOff(door, signal))
  const answers = (await Promise.all(asked)).filter((off) => off !== undefined)
  if (answers.length === 0) return 'unknown'
  if (answers.every(Boolean)) return 'off'
  return answers.some(Boolean) ? 'mixed' : 'on'
}

async function isOff(door: Door, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    const response = await door.fetch('/ready', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      tls: { rejectUnauthorized: false },
      keepalive: false,
    })
    const { parts } = (await response.json()) as { parts?: { model?: { detail?: string } } }
    return parts?.model ? /^switched off/.test(parts.model.detail ?? '') : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

export function switchModel(
  aws: Aws,
  place: Place,
  at: Switch,
  { on, replicas }: { on: boolean; replicas: number },
): Change<void> {
  const wanted = on ? 'on' : 'off'
  return {
    title: `Switch the model ${wanted}`,
    effect: on
      ? 'questions are answered by the model again'
      : 'questions are answered from the policy documents, in their own words; no token is bought',
    equivalent: `${at.door.curl} -X PUT ${at.door.address}/api/admin/model -H "Authorization: Bearer $(aws secretsmanager get-secret-value --secret-id ${at.secret} --query SecretString --output text ${place.tail}${at.key && ` | jq -r .${at.key}`})" -H 'content-type: application/json' -d '{"enabled":${on}}'`,
    undo: on ? `${place.shutdown} --model-only` : place.restore,
    already: async () =>
      (await modelIs(at.door, replicas, AbortSignal.timeout(10_000))) === wanted && {
        why: `every replica has it ${wanted}`,
      },
    async run(step) {
      await put(aws, at, on, step.signal)
      for (const deadline = Date.now() + followMs; ; ) {
        const now = await modelIs(at.door, replicas, step.signal)
        if (now === wanted) return
        if (Date.now() > deadline) {
          throw new Failed(`Switch the model ${wanted}: the replicas say ${now} after ${followMs / 1000} s`)
        }
        step.waiting(`the replicas say ${now}`)
        await pause(500, undefined, { signal: step.signal })
      }
    },
  }
}

async function put(
  aws: Aws,
  { door, secret, key }: Switch,
  enabled: boolean,
  signal: Step['signal'],
): Promise<void> {
  const secrets = await aws.secrets()
  const { SecretString = '' } = await secrets.getSecretValue({ SecretId: secret })
  const token = key ? (JSON.parse(SecretString) as Record<string, string>)[key] : SecretString
  const response = await door.fetch('/api/admin/model', {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ enabled }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
  })
  if (!response.ok) throw new Failed(`Ask the server to switch the model: it answers ${response.status}`)
}

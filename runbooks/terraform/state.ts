import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import { Refused } from '../core'

/** What the runbooks read of a Terraform state file (format version 4). */
export type State = {
  serial: number
  lineage: string
  outputs: Record<string, { value: unknown }>
  resources: {
    module?: string
    mode: string
    type: string
    name: string
    instances?: { index_key?: string | number; status?: string; attributes?: Record<string, unknown> }[]
  }[]
}

/** The environment's state in the bucket, or undefined while there is none. */
export async function readState(aws: Aws, bucket: string, stack: Stack): Promise<State | undefined> {
  const body = await readObject(aws, bucket, stack.stateKey)
  if (body === undefined) return undefined
  const state = parseState(body)
  if (state) return state
  throw new Refused(`Read the state of ${stack.environment}: s3://${bucket}/${stack.stateKey} is corrupted`, {
    next: `bun runbooks/rollback.ts --list-state-versions --environment ${stack.environment}`,
  })
}

/** The text of a state file, or undefined where it is none. */
export function parseState(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as Partial<State> | null
    const whole = Number.isInteger(state?.serial) && state?.lineage && Array.isArray(state.resources)
    return whole ? (state as State) : undefined
  } catch {
    return undefined
  }
}

/** What the last run of a runbook left: a state older than this has lost something. */
export type LastRun = { serial: number; lineage: string; run: string }

const lastRunKey = (stack: Stack) => `${stack.environment}/last-run.json`

export async function readLastRun(aws: Aws, bucket: string, stack: Stack): Promise<LastRun | undefined> {
  const body = await readObject(aws, bucket, lastRunKey(stack))
  return body === undefined ? undefined : (JSON.parse(body) as LastRun)
}

export async function writeLastRun(aws: Aws, bucket: string, stack: Stack, run: string): Promise<void> {
  const state = await readState(aws, bucket, stack)
  if (!state) return
  const s3 = await aws.s3()
  const { serial, lineage } = state
  await s3.putObject({
    Bucket: bucket,
    Key: lastRunKey(stack),
    Body: JSON.stringify({ serial, lineage, run } satisfies LastRun),
    ContentType: 'application/json',
  })
}

async function readObject(aws: Aws, bucket: string, key: string): Promise<string | undefined> {
  const s3 = await aws.s3()
  try {
    const { Body } = await s3.getObject({ Bucket: bucket, Key: key })
    return (await Body?.transformToString()) ?? ''
  } catch (error) {
    const { name } = error as Error
    if (name === 'NoSuchKey' || name === 'NoSuchBucket' || name === 'NotFound') return undefined
    throw error
  }
}

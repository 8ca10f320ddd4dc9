import { randomUUID } from 'node:crypto'
import type { Aws } from '../aws/clients'
import { readVersion, removeObject, writeOver } from '../aws/versions'
import { localUser, Refused } from '../core'

export interface Place {
  bucket: string
  key: string
}

/** As Terraform's lock file has it. */
interface LockInfo {
  Operation?: string
  Who?: string
  Created?: string
}

const operation = 'OperationTypeRestore'
const lockOf = ({ bucket, key }: Place): Place => ({ bucket, key: `${key}.tflock` })

/**
 * Does something to the state under Terraform's own lock, so that nobody plans or applies meanwhile. One that a restore
 * has left is taken over: whoever restores holds the environment's lock too, so that restore is over.
 */
export async function underStateLock(aws: Aws, place: Place, work: () => Promise<void>): Promise<void> {
  const lock = lockOf(place)
  if (!(await writeOver(aws, { ...lock, over: undefined }, written(place)))) {
    const left = await readVersion(aws, lock.bucket, lock.key)
    const ours = left && read(left.text)?.Operation === operation
    if (!ours || !(await writeOver(aws, { ...lock, over: left.etag }, written(place))))
      throw held(lock, left?.text)
  }
  try {
    await work()
  } finally {
    await removeObject(aws, lock.bucket, lock.key)
  }
}

/** Takes away a lock that a killed restore has left; any other one stays. */
export async function clearLeftLock(aws: Aws, place: Place): Promise<void> {
  const lock = lockOf(place)
  const left = await readVersion(aws, lock.bucket, lock.key)
  if (left && read(left.text)?.Operation === operation) await removeObject(aws, lock.bucket, lock.key)
}

function held({ bucket, key }: Place, text = ''): Refused {
  const { Who = 'somebody', Created = 'an unknown time', Operation = 'an operation' } = read(text) ?? {}
  return new Refused(
    `Restore the state: Terraform's own lock is held by ${Who} since ${Created} (${Operation})`,
    { next: `aws s3 rm s3://${bucket}/${key}   # once it is certain that nobody applies` },
  )
}

function read(text: string): LockInfo | undefined {
  try {
    return JSON.parse(text) as LockInfo
  } catch {
    return undefined
  }
}

/** So that a `terraform plan` by hand says who holds the lock. */
const written = ({ bucket, key }: Place) =>
  JSON.stringify({
    ID: randomUUID(),
    Operation: operation,
    Info: '',
    Who: localUser(),
    Version: '',
    Created: new Date().toISOString(),
    Path: `${bucket}/${key}`,
  })

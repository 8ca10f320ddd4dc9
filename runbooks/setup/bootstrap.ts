import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import { stateBucket } from '../aws/stack'
import type { Book, Step } from '../core'
import { terraformBootstrap } from '../paths'
import { backendFor } from '../terraform/folder'
import { type PlanJson, summarise } from '../terraform/plan'
import { Terraform } from '../terraform/terraform'

const backendFile = `${terraformBootstrap}/backend.tf`
const localState = `${terraformBootstrap}/terraform.tfstate`
const bootstrapKey = 'bootstrap/terraform.tfstate'

export async function bucketExists(aws: Aws, bucket: string): Promise<boolean> {
  const s3 = await aws.s3()
  try {
    await s3.headBucket({ Bucket: bucket })
    return true
  } catch (error) {
    const { name } = error as Error
    if (name === 'NotFound' || name === 'NoSuchBucket') return false
    throw error
  }
}

async function stateInBucket(aws: Aws, bucket: string): Promise<boolean> {
  const s3 = await aws.s3()
  try {
    await s3.headObject({ Bucket: bucket, Key: bootstrapKey })
    return true
  } catch (error) {
    const { name } = error as Error
    if (name === 'NotFound' || name === 'NoSuchKey' || name === 'NoSuchBucket') return false
    throw error
  }
}

/**
 * Opens terraform/bootstrap where it stands. The bucket cannot keep the state of its own making, so a first run
 * works with a local state and then moves it in; a run that was killed in between is taken up where it was.
 */
export async function openBootstrap(
  book: Book,
  aws: Aws,
  account: string,
  variables: Record<string, string>,
): Promise<Terraform> {
  const bucket = stateBucket(account, book.region)
  const terraform = new Terraform(book, terraformBootstrap, { aws_region: book.region, ...variables })
  if (await stateInBucket(aws, bucket)) {
    await useBucket(terraform, bucket, book.region)
    return terraform
  }
  if (existsSync(backendFile)) await rename(backendFile, `${backendFile}.old`)
  // Terraform remembers a backend that the configuration no longer names, and `init -reconfigure` does not forget it.
  await rm(`${terraformBootstrap}/.terraform/terraform.tfstate`, { force: true })
  await terraform.init(['-reconfigure'])
  const lost = (await bucketExists(aws, bucket)) && !(await terraform.list()).includes('aws_s3_bucket.state')
  if (lost) await terraform.import('aws_s3_bucket.state', bucket)
  return terraform
}

/** Whether everything is made and the state is where it belongs. */
export async function bootstrapIsSo(
  aws: Aws,
  plan: PlanJson,
  bucket: string,
): Promise<false | { why: string }> {
  if (!summarise(plan).empty || !(await stateInBucket(aws, bucket))) return false
  return { why: `${bucket} is there` }
}

/** Applies a bootstrap plan and, the first time, moves its state into the bucket it has made. */
export async function applyBootstrap(
  aws: Aws,
  terraform: Terraform,
  options: { file: string; bucket: string; region: string },
  step: Step,
): Promise<void> {
  const { file, bucket, region } = options
  await terraform.apply({ file }, step)
  if (await stateInBucket(aws, bucket)) return
  await writeFile(backendFile, backendFor(bucket, bootstrapKey, region))
  await terraform.init(['-migrate-state', '-force-copy'])
  await rename(localState, `${localState}.moved`)
}

async function useBucket(terraform: Terraform, bucket: string, region: string): Promise<void> {
  const wanted = backendFor(bucket, bootstrapKey, region)
  const same = existsSync(backendFile) && (await readFile(backendFile, 'utf8')) === wanted
  if (same && existsSync(`${terraformBootstrap}/.terraform/terraform.tfstate`)) return
  await writeFile(backendFile, wanted)
  await terraform.init(['-reconfigure'])
}

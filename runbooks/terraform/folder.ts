import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { stateBucket, stackOf } from '../aws/stack'
import { Refused } from '../core'
import { terraformAws } from '../paths'
import { assignedIn } from './tfvars'

/** The values of one environment: kept in git, with no secret in them, so that the pipeline has them too. */
export const tfvarsOf = (environment: string) => `${terraformAws}/environments/${environment}.tfvars`

const selected = `${terraformAws}/terraform.tfvars`

/**
 * Makes the folder that of one environment: `terraform.tfvars` points to its values and `backend.tf` to its
 * state. A `terraform plan` by hand in that folder then speaks of the same environment.
 * Returns whether anything had to change.
 */
export async function selectEnvironment(environment: string, account: string, region: string): Promise<boolean> {
  refuseForeignFile(environment)
  const backend = backendFor(stateBucket(account, region), stackOf(environment).stateKey, region)
  const sameBackend = (await readIfThere(`${terraformAws}/backend.tf`)) === backend
  const sameValues = isLink(selected) && readlinkSync(selected) === `environments/${environment}.tfvars`
  if (!sameBackend) await replaceFile(`${terraformAws}/backend.tf`, backend)
  if (!sameValues) {
    await rm(selected, { force: true })
    await symlink(`environments/${environment}.tfvars`, selected)
  }
  return !(sameBackend && sameValues)
}

/** Whether Terraform still has to be told of the backend and the provider. */
export const needsInit = () =>
  !existsSync(`${terraformAws}/.terraform/terraform.tfstate`) || !existsSync(`${terraformAws}/.terraform/providers`)

/** A tfvars file written by hand, as the guide has it, is respected: it is moved to its place, never overwritten. */
export async function adoptHandWritten(environment: string): Promise<boolean> {
  if (!existsSync(selected) || isLink(selected)) return false
  const values = await readFile(selected, 'utf8')
  if (assignedIn(values, 'environment') !== environment || existsSync(tfvarsOf(environment))) return false
  await rename(selected, tfvarsOf(environment))
  return true
}

function refuseForeignFile(environment: string): void {
  if (!existsSync(selected) || isLink(selected)) return
  throw new Refused(`Select ${environment}: terraform/aws/terraform.tfvars is a file of its own, not a link`, {
    next: `mv terraform/aws/terraform.tfvars terraform/aws/environments/<its environment>.tfvars`,
  })
}

export function backendFor(bucket: string, key: string, region: string): string {
  return `# Written by the runbooks; git ignores it.
terraform {
  backend "s3" {
    bucket       = ${JSON.stringify(bucket)}
    key          = ${JSON.stringify(key)}
    region       = ${JSON.stringify(region)}
    encrypt      = true
    use_lockfile = true
  }
}
`
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, 'utf8') : undefined
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

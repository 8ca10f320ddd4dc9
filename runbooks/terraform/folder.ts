import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { stackOf, stateBucket } from '../aws/stack'
import { Refused } from '../core'
import { terraformAws } from '../paths'
import { assignedIn } from './tfvars'

/** The values of one environment: kept in git, with no secret in them, so that the pipeline has them too. */
export const tfvarsOf = (environment: string, folder = terraformAws) =>
  `${folder}/environments/${environment}.tfvars`

/** The text of an environment's values. */
export const readValues = (environment: string) => readFile(tfvarsOf(environment), 'utf8')

const selected = `${terraformAws}/terraform.tfvars`

/**
 * Makes the folder that of one environment: `terraform.tfvars` points to its values, `backend.tf` to its state,
 * and `generated.auto.tfvars.json` to the secret that setup wrote. A `terraform plan` by hand in that folder then
 * speaks of the same environment. Git ignores the three. Returns whether the backend had to change.
 */
export async function selectEnvironment(
  environment: string,
  where: { account: string; region: string; secretsArn: string | undefined },
  folder = terraformAws,
): Promise<boolean> {
  if (folder === terraformAws) refuseForeignFile(environment)
  const { account, region, secretsArn } = where
  const bucket = stateBucket(account, region)
  await linkValues(`${folder}/terraform.tfvars`, `environments/${environment}.tfvars`)
  await write(
    `${folder}/generated.auto.tfvars.json`,
    secretsArn && `${JSON.stringify({ secrets_arn: secretsArn }, null, 2)}\n`,
  )
  return write(`${folder}/backend.tf`, backendFor(bucket, stackOf(environment).stateKey, region))
}

async function linkValues(link: string, target: string): Promise<void> {
  if (isLink(link) && readlinkSync(link) === target) return
  await rm(link, { force: true })
  await symlink(target, link)
}

/** Writes a file of the folder, or removes it; returns whether it was different before. */
async function write(path: string, text: string | undefined): Promise<boolean> {
  if ((await readIfThere(path)) === text) return false
  if (text === undefined) await rm(path, { force: true })
  else await replaceFile(path, text)
  return true
}

/** Whether Terraform still has to be told of the backend and the provider. */
export const needsInit = (folder = terraformAws) =>
  !existsSync(`${folder}/.terraform/terraform.tfstate`) || !existsSync(`${folder}/.terraform/providers`)

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
  throw new Refused(
    `Select ${environment}: terraform/aws/terraform.tfvars is a file of its own, not a link`,
    {
      next: `mv terraform/aws/terraform.tfvars terraform/aws/environments/<its environment>.tfvars`,
    },
  )
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

import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { selectEnvironment } from '../../../runbooks/terraform/folder'
import { keepSelection } from '../../../runbooks/terraform/selection'

let folder = ''
const where = { account: '123456789012', region: 'eu-central-1' }
const remembered = () => `${folder}/.terraform/terraform.tfstate`

/** What a runbook and `terraform init` after it leave. */
async function select(environment: string, secretsArn: string | undefined): Promise<void> {
  await selectEnvironment(environment, { ...where, secretsArn }, folder)
  await writeFile(remembered(), `backend of ${environment}`)
}

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/selection-`)
  await mkdir(`${folder}/.terraform`)
})
afterEach(() => rm(folder, { recursive: true }))

const whole = async () => ({
  values: await readlink(`${folder}/terraform.tfvars`),
  backend: await readFile(`${folder}/backend.tf`, 'utf8'),
  remembered: await readFile(remembered(), 'utf8'),
  names: (await readdir(folder)).sort(),
})

test('a look at another environment leaves the folder that of the one before', async () => {
  await select('staging', undefined)
  const before = await whole()
  const putBack = await keepSelection(folder)
  await select('production', 'arn:secret')
  expect((await whole()).values).toBe('environments/production.tfvars')
  expect(await putBack()).toBe('staging')
  expect(await whole()).toEqual(before)
  expect(before.backend).toContain('"staging/terraform.tfstate"')
})

test('a folder that was nobody’s is that of the environment that was looked at', async () => {
  const putBack = await keepSelection(folder)
  await select('production', undefined)
  const after = await whole()
  expect(await putBack()).toBeUndefined()
  expect(await whole()).toEqual(after)
})

test('a secret that setup has stored since the last look is not forgotten again', async () => {
  await select('staging', undefined)
  const putBack = await keepSelection(folder)
  await select('staging', 'arn:secret')
  expect(await putBack()).toBeUndefined()
  expect((await whole()).names).toContain('generated.auto.tfvars.json')
})

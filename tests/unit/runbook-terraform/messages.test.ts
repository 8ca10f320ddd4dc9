import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TerraformLog } from '../../../runbooks/terraform/messages'

/** Real Terraform, with its own built-in resource: no provider, no network. */
let folder: string
const configuration = (output: string) => `
resource "terraform_data" "one" { input = "same" }
output "said" { value = "${output}" }
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tria-messages-'))
  await Bun.write(join(folder, 'main.tf'), configuration('first'))
  await terraform('init', '-input=false')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function terraform(...args: string[]): Promise<string> {
  const child = Bun.spawn(['terraform', ...args], { cwd: folder, stdout: 'pipe', stderr: 'inherit' })
  return new Response(child.stdout).text()
}

async function planned(): Promise<TerraformLog> {
  const log = new TerraformLog()
  for (const line of (await terraform('plan', '-json', '-input=false')).split('\n')) log.take(line, 0)
  return log
}

test('a plan is unchanged only when neither a resource nor an output changes', async () => {
  expect((await planned()).unchanged).toBe(false)
  await terraform('apply', '-auto-approve', '-input=false')
  expect((await planned()).unchanged).toBe(true)
  await Bun.write(join(folder, 'main.tf'), configuration('second'))
  expect((await planned()).unchanged).toBe(false)
  await Bun.write(join(folder, 'main.tf'), 'output "said" { value = "first" }')
  expect((await planned()).unchanged).toBe(false)
}, 60_000)

test('a plan that failed is not unchanged', async () => {
  await Bun.write(join(folder, 'main.tf'), 'output "said" { value = nothing.known }')
  const log = await planned()
  expect(log.unchanged).toBe(false)
  expect(log.errors).not.toEqual([])
}, 60_000)

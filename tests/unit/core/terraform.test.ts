import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, run, start, temporaryFolder } from './fixture'
import { startAws } from './moto'

const folder = temporaryFolder()
let aws: Awaited<ReturnType<typeof startAws>>
beforeAll(async () => {
  aws = await startAws(folder.path)
}, 90_000)
afterAll(async () => {
  await aws?.stop()
  folder[Symbol.dispose]()
})

/** Two resources that take a while, and leave a line in `made` for every time one of them is made. */
const configuration = `
resource "terraform_data" "slow" {
  count = 2
  provisioner "local-exec" {
    command = "echo begin \${count.index} >> made; sleep 3; echo end \${count.index} >> made"
  }
}
`

async function interruptedApply(end: (child: ReturnType<typeof start>) => void) {
  const home = temporaryFolder()
  const where = join(home.path, 'configuration')
  await Bun.write(join(where, 'main.tf'), configuration)
  const env = { ...aws.environment(home.path), CHECKPOINT_DISABLE: '1' }
  await Bun.spawn(['terraform', `-chdir=${where}`, 'init', '-input=false'], { env, stdout: 'ignore' }).exited
  const made = () => (existsSync(join(where, 'made')) ? readFileSync(join(where, 'made'), 'utf8') : '')
  const first = start('terraforming', ['--folder', where], env)
  await eventually(() => made().includes('begin'), 30_000)
  end(first)
  const [exitCode, stdout] = await Promise.all([first.exited, first.stdout.text()])
  const known = () =>
    JSON.parse(readFileSync(join(where, 'terraform.tfstate'), 'utf8')).resources?.[0]?.instances ?? []
  const again = () => run('terraforming', ['--folder', where], env)
  return { exitCode, stdout, made, known, again, [Symbol.dispose]: () => home[Symbol.dispose]() }
}

test('a kill -9 during terraform apply loses nothing: it ends by itself, the same command waits for it and converges', async () => {
  using apply = await interruptedApply((child) => child.kill('SIGKILL'))
  const again = await apply.again()
  expect(again.stdout).toContain('Wait for terraform, which a killed terraforming left at work')
  expect(again.exitCode).toBe(0)
  expect(apply.known()).toHaveLength(2)
  // Each was made once: the second apply found them in the state.
  expect(apply.made().split('\n').filter(Boolean).sort()).toEqual(['begin 0', 'begin 1', 'end 0', 'end 1'])
}, 90_000)

test('Ctrl-C during terraform apply stops it in order: the state is saved and unlocked, the same command converges', async () => {
  using apply = await interruptedApply((child) => child.kill('SIGINT'))
  expect(apply.exitCode).toBe(130)
  expect(apply.known().length).toBeGreaterThan(0)
  const again = await apply.again()
  expect(again.exitCode).toBe(0)
  expect(apply.known()).toHaveLength(2)
}, 90_000)

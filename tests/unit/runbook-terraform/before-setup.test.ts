import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { terraformAws } from '../../../runbooks/paths'
import { events, temporaryFolder } from '../core/fixture'
import { startAws } from '../core/moto'

const folder = temporaryFolder()
let aws: Awaited<ReturnType<typeof startAws>>
beforeAll(async () => {
  aws = await startAws(folder.path)
}, 90_000)
afterAll(async () => {
  await aws?.stop()
  folder[Symbol.dispose]()
})

const root = join(import.meta.dir, '..', '..', '..')
async function run(name: string, ...args: string[]) {
  const child = Bun.spawn([process.execPath, `runbooks/${name}.ts`, ...args, '--json'], {
    cwd: root,
    env: aws.environment(folder.path),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, exitCode] = await Promise.all([child.stdout.text(), child.exited])
  const error = events(stdout).find(({ type }) => type === 'error')
  return { exitCode, message: String(error?.message), next: String(error?.next) }
}

const backend = async () =>
  existsSync(`${terraformAws}/backend.tf`) ? readFile(`${terraformAws}/backend.tf`, 'utf8') : undefined

test.each(['deploy', 'destroy', 'optimize'])(
  '%s before setup names setup, and selects nothing',
  async (name) => {
    const before = await backend()
    const args = name === 'deploy' ? ['--allow-dirty'] : []
    const { exitCode, message, next } = await run(name, '--environment', 'production', '--yes', ...args)
    expect({ exitCode, message }).toMatchObject({ exitCode: 4 })
    expect(message).toContain('there is no state bucket')
    expect(next).toStartWith('bun runbooks/setup.ts --environment production')
    expect(await backend()).toBe(before)
  },
  30_000,
)

test('a typing error in the environment leads to the one that was meant, and to no deploy', async () => {
  const [verify, destroy] = [
    await run('verify', '--environment', 'prodction'),
    await run('destroy', '--environment', 'prodction', '--yes'),
  ]
  expect([verify.exitCode, destroy.exitCode]).toEqual([1, 4])
  expect(verify.next).toBe('bun runbooks/verify.ts --environment production')
  expect(destroy.next).toContain('--environment production ')
  for (const { message } of [verify, destroy]) expect(message).toContain('there are production, staging')
}, 30_000)

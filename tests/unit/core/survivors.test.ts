import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buryFallen, fallen, fell, fileOutput } from '../../../runbooks/core/commands/survivors'
import { eventually, result, run, start, temporaryFolder } from './fixture'
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

/** What a run keeps on disk while a child of it may outlive it. */
function runningFiles(home: string): string {
  const folder = join(home, 'running')
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join()
}

test('survives: its output arrives line by line as from any command, and nothing is left behind', async () => {
  using home = temporaryFolder()
  const { stdout } = await run(
    'surviving',
    ['--file', join(home.path, 'f'), '--json'],
    aws.environment(home.path),
  )
  const ticks = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `tick ${n}`)
  expect(result(stdout)).toMatchObject({ ok: true, data: { lines: ticks, stdout: `${ticks.join('\n')}\n` } })
  expect(readdirSync(join(home.path, 'running'))).toEqual([])
}, 30_000)

test('survives: a kill -9 of the runbook leaves it to its own end, and the next run waits for it', async () => {
  using home = temporaryFolder()
  const file = join(home.path, 'f')
  const killed = start('surviving', ['--file', file], aws.environment(home.path))
  await eventually(() => existsSync(file))
  killed.kill('SIGKILL')
  await killed.exited
  expect(runningFiles(home.path)).not.toContain('0123456789abcdef')
  const next = await run('surviving', ['--file', file], aws.environment(home.path))
  expect(next.stdout).toContain('Wait for sh, which a killed surviving left at work')
  expect(next.exitCode).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe('begin\nend\nbegin\nend\n')
  // Nobody was there to see how it ended, so that its successor is told when it lived.
  expect(readdirSync(join(home.path, 'running')).filter((name) => !name.endsWith('.fallen'))).toEqual([])
}, 30_000)

test('survives: Ctrl-C still ends it', async () => {
  using home = temporaryFolder()
  const file = join(home.path, 'f')
  const child = start('surviving', ['--file', file], aws.environment(home.path))
  await eventually(() => existsSync(file))
  child.kill('SIGINT')
  expect(await child.exited).toBe(130)
  await Bun.sleep(1800)
  expect(readFileSync(file, 'utf8')).toBe('begin\n')
  expect(readdirSync(join(home.path, 'running'))).toEqual([])
}, 30_000)

test('survives: when it lived is known after its death, in its environment, until it is buried', async () => {
  using home = temporaryFolder()
  const { TRIA_RUNBOOKS_DIR } = process.env
  process.env.TRIA_RUNBOOKS_DIR = home.path
  try {
    const since = Date.now()
    const filed = fileOutput('a-run-1', {
      environment: 'staging',
      runbook: 'deploy',
      command: 'terraform plan',
    })
    await Bun.write(filed.out, 'its last words')
    fell('a-run-1')
    expect(readdirSync(join(home.path, 'running'))).toEqual(['a-run-1.fallen'])
    expect(fallen('production')).toEqual([])
    const [one] = fallen('staging')
    expect(one).toMatchObject({ runbook: 'deploy', command: 'terraform plan' })
    expect(one!.since.getTime()).toBeGreaterThanOrEqual(since)
    expect(one!.until.getTime()).toBeGreaterThanOrEqual(one!.since.getTime())
    buryFallen('production')
    expect(fallen('staging')).toHaveLength(1)
    buryFallen('staging')
    expect(readdirSync(join(home.path, 'running'))).toEqual([])
  } finally {
    if (TRIA_RUNBOOKS_DIR === undefined) delete process.env.TRIA_RUNBOOKS_DIR
    else process.env.TRIA_RUNBOOKS_DIR = TRIA_RUNBOOKS_DIR
  }
})

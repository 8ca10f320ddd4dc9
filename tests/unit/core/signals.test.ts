import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bareEnvironment, eventually, journals, start, temporaryFolder } from './fixture'

/** Command lines of every process that names this word. */
function naming(word: string): string[] {
  const { stdout } = Bun.spawnSync(['ps', '-eo', 'pid=,args='])
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes(word))
}

async function interrupted(on: string, signal: NodeJS.Signals, again?: NodeJS.Signals, pause = 700) {
  using folder = temporaryFolder()
  const trace = join(folder.path, 'trace')
  const child = start(
    'waiting',
    ['--on', on, '--trace', trace, ...(on === 'question' ? ['--yes'] : [])],
    bareEnvironment(folder.path),
  )
  await eventually(() => existsSync(trace) && readFileSync(trace, 'utf8').includes('started'))
  child.kill(signal)
  if (again) {
    await Bun.sleep(pause)
    child.kill(again)
  }
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    child.stdout.text(),
    child.stderr.text(),
  ])
  // What has been killed is gone when the kernel comes to it, which on a busy machine is a moment later.
  for (const deadline = Date.now() + 3_000; naming(trace).length > 0 && Date.now() < deadline; )
    await Bun.sleep(50)
  const left = naming(trace)
  return {
    exitCode,
    stdout,
    stderr,
    left,
    trace: readFileSync(trace, 'utf8'),
    journal: journals(folder.path).join(),
  }
}

describe('Ctrl-C and SIGTERM end a run in order: children, cleanup, what stands, the journal, 130', () => {
  test.each([
    ['child', 'SIGINT'],
    ['child', 'SIGTERM'],
    ['child', 'SIGHUP'],
    ['stubborn', 'SIGINT'],
    ['stubborn', 'SIGTERM'],
    ['deaf', 'SIGINT'],
  ] as const)(
    'while it waits on a %s: %s',
    async (on, signal) => {
      const { exitCode, stdout, stderr, left, trace, journal } = await interrupted(on, signal)
      expect(left).toEqual([])
      expect(exitCode).toBe(130)
      expect(trace).toBe('made\nstarted\ncleaned\n')
      expect(stdout).toContain('✔ Make one\n      undo: unmake one\n  ■ Wait (was under way)')
      expect(stderr).toContain(`Next: bun runbooks/waiting.ts --on ${on}`)
      expect(journal).toContain('"outcome":"interrupted"')
      expect(journal).toContain('"type":"result","runbook":"waiting","ok":false,"exitCode":130')
    },
    20_000,
  )

  test('a child that stops in order is asked once, and given its time', async () => {
    const { exitCode, trace } = await interrupted('orderly', 'SIGINT')
    expect(exitCode).toBe(130)
    expect(trace).toBe('made\nstarted\nasked\nsaved\ncleaned\n')
  }, 20_000)

  test.each([
    ['a Ctrl-C that npm passes on as well', 'SIGINT', 50],
    ['the SIGTERM with which a pipeline follows its SIGINT', 'SIGTERM', 700],
  ] as const)(
    '%s does not cut the order short',
    async (_, again, pause) => {
      const { exitCode, trace } = await interrupted('orderly', 'SIGINT', again, pause)
      expect(exitCode).toBe(130)
      expect(trace).toBe('made\nstarted\nasked\nsaved\ncleaned\n')
    },
    20_000,
  )

  test('the second Ctrl-C ends it at once, without cleanup, and still leaves no child', async () => {
    const { exitCode, left, stderr, trace } = await interrupted('stubborn', 'SIGINT', 'SIGINT')
    expect({ exitCode, left }).toEqual({ exitCode: 130, left: [] })
    expect(stderr).toContain('Ended at once')
    expect(trace).toBe('made\nstarted\n')
  }, 20_000)
})

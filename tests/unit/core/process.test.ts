import { afterAll, describe, expect, test } from 'bun:test'
import { $ } from 'bun'
import {
  bareEnvironment,
  events,
  fixturePath,
  journals,
  result,
  run,
  start,
  temporaryFolder,
} from './fixture'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const env = bareEnvironment(folder.path)

describe('exit codes and the result', () => {
  test.each([
    ['done', 0, { how: 'done' }],
    ['failed', 1, { at: 12 }],
    ['thrown', 1, {}],
    ['command', 1, {}],
    ['missing', 1, {}],
    ['half', 1, {}],
    ['nonsense', 2, {}],
    ['unhealthy', 3, { checks: [1, 2] }],
    ['refused', 4, {}],
  ])('ending --how %s exits with %d', async (how, exitCode, data) => {
    const ended = await run('ending', ['--how', how, '--json'], env)
    expect(ended.exitCode).toBe(exitCode)
    expect(Object.entries(result(ended.stdout))).toEqual(
      Object.entries({ type: 'result', runbook: 'ending', ok: exitCode === 0, exitCode, data }),
    )
  })

  test('stdout has NDJSON and nothing else; a failure is told on stderr too', async () => {
    const { stdout, stderr } = await run('ending', ['--how', 'half', '--json'], env)
    for (const event of events(stdout)) expect(event).toMatchObject({ type: expect.any(String) })
    expect(events(stdout).filter(({ type }) => type === 'result')).toHaveLength(1)
    expect(stderr).toContain('Make two: no room')
  })

  test('a failure says what happened, what stands, how to undo it, and what to type next', async () => {
    const { stdout, stderr } = await run('ending', ['--how', 'half'], env)
    expect(stdout).toContain(
      'What stands now\n  ✔ Make one\n      undo: unmake one\n  ✖ Make two (failed)\n      undo: unmake two',
    )
    expect(stderr).toBe('✖ Make two: no room\n  Next: bun runbooks/ending.ts --how half\n')
  })

  test('a failed command keeps what it printed last', async () => {
    const { stderr } = await run('ending', ['--how', 'command'], env)
    expect(stderr).toContain('ended with 7')
    expect(stderr).toContain('the reason')
  })

  test('a cause is kept', async () => {
    const { stderr } = await run('ending', ['--how', 'thrown'], env)
    expect(stderr).toStartWith('✖ outer\n    TypeError: inner\n')
  })

  test('usage: nothing runs, the flag is named, and no journal is written', async () => {
    using own = temporaryFolder()
    const { exitCode, stdout, stderr } = await run('ending', ['--hwo', 'x'], bareEnvironment(own.path))
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toBe(
      'ending: --hwo: no such flag; nearest: --how\n  Next: bun runbooks/ending.ts --help\n',
    )
    expect(() => journals(own.path)).toThrow()
  })
})

describe('--dry-run', () => {
  test('prints each change with its command and undo, makes none, and says so', async () => {
    const { stdout, exitCode } = await run('changing', ['--dry-run'], env)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(
      '○ Suspend autoscaling\n    Nothing scales until it is resumed\n    $ aws application-autoscaling',
    )
    expect(stdout).toContain('undo: bun runbooks/emergency-restore.ts')
    expect(stdout).toContain('unchanged: the tag is there')
    expect(stdout).not.toContain('it happened')
    expect(stdout).toContain('dry run: 1 change planned, none made')
  })

  test('never asks', async () => {
    const { exitCode } = await run('asking', ['--dry-run', '--environment', 'production'], env)
    expect(exitCode).toBe(0)
  })
})

describe('confirmation without a terminal', () => {
  test.each([
    ['asked for', ['--environment', 'production'], 4, false],
    ['forgotten in production', ['--environment', 'production', '--forget'], 4, false],
    ['forgotten before something destructive', ['--forget', '--destructive'], 4, false],
    ['not needed', ['--forget'], 0, true],
    ['given by --yes', ['--environment', 'production', '--yes'], 0, true],
    ['given by --yes, destructive', ['--forget', '--destructive', '--yes'], 0, true],
  ])('%s', async (_, args, exitCode, changed) => {
    const ended = await run('asking', [...args, '--json'], env)
    expect(ended.exitCode).toBe(exitCode)
    expect(events(ended.stdout).some(({ type }) => type === 'step.changing')).toBe(changed)
  })

  test('is refused at once, with the command that would go on', async () => {
    const peer = await run('asking', ['--forget'], env)
    const { ms, stderr } = await run('asking', ['--environment', 'production'], env)
    expect(ms).toBeLessThan(peer.ms * 4 + 500)
    expect(stderr).toContain('Next: bun runbooks/asking.ts --environment production --yes')
  })
})

describe('before anything is changed', () => {
  test.each([
    ['no region', {}, 2, 'No AWS region'],
    [
      'a region that is none',
      { AWS_REGION: 'eu-centrall-1' },
      2,
      'AWS_REGION: "eu-centrall-1" is no AWS region; nearest: eu-central-1',
    ],
    ['no credentials', { AWS_REGION: 'us-east-1' }, 1, 'AWS credentials: none were found\n'],
    [
      'no such profile',
      { AWS_REGION: 'us-east-1', AWS_PROFILE: 'nobody' },
      1,
      'AWS credentials: the profile nobody has none',
    ],
    [
      'no network',
      {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'x',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      },
      1,
      'Network: nothing answers at 127.0.0.1:9 (connection refused)',
    ],
  ])('%s is told in a sentence', async (_, more, exitCode, sentence) => {
    const ended = await run('holding', [], bareEnvironment(folder.path, more as Record<string, string>))
    expect(ended.stderr).toContain(sentence)
    expect(ended.stderr).toContain('Next: ')
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stdout).not.toContain('✔ Change')
  })
})

describe('large and broken pipes', () => {
  test('every line reaches a slow reader, and the result is the last', async () => {
    const child = start('loud', ['--lines', '5000', '--json'], env)
    await Bun.sleep(500)
    const lines = events(await child.stdout.text())
    expect(lines.filter(({ type }) => type === 'note')).toHaveLength(5000)
    expect(lines.at(-1)).toMatchObject({ type: 'result', data: { lines: 5000 } })
    expect(await child.exited).toBe(0)
  })

  test('a reader that goes away ends a runbook that only reads, quietly', async () => {
    const loud = `"${process.execPath}" "${fixturePath('loud')}" --lines 2000 --endless`
    const { stdout, stderr } = await $`sh -c ${`(${loud}; echo "exit $?" >&2) | head -1`}`.env(env).quiet()
    expect([stdout.toString(), stderr.toString()]).toEqual(['loud · staging\n', 'exit 130\n'])
  })

  test('a reader that goes away does not stop a change', async () => {
    using own = temporaryFolder()
    const changing = `"${process.execPath}" "${fixturePath('changing')}"`
    const { stderr } = await $`sh -c ${`(sleep 0.1; ${changing}; echo "exit $?" >&2) | true`}`
      .env(bareEnvironment(own.path))
      .quiet()
    expect(stderr.toString()).toBe('exit 0\n')
    expect(journals(own.path).join()).toContain('"outcome":"done"')
  })
})

describe('colours', () => {
  test.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('in a pipe with %j: %p', async (more, coloured) => {
    const { stdout } = await run('changing', [], { ...env, ...(more as Record<string, string>) })
    expect(stdout.includes('\x1b[')).toBe(coloured)
  })
})

describe('--help', () => {
  test('teaches: usage, guide, options, common flags, exit codes, examples; and leaves no journal', async () => {
    using own = temporaryFolder()
    const { stdout, exitCode } = await run(
      'typed',
      ['--help', '--nonsense-is-not-reached'].slice(0, 1),
      bareEnvironment(own.path),
    )
    expect(exitCode).toBe(0)
    for (const part of [
      'bun runbooks/typed.ts [VERB]',
      'section 1',
      '--image TAG',
      '--environment NAME',
      '130',
      'Examples',
    ]) {
      expect(stdout).toContain(part)
    }
    expect(() => journals(own.path)).toThrow()
  })

  test('is quick: at most 2.5 times what bun and zx take by themselves', async () => {
    const time = async (command: string[]) => {
      const times: number[] = []
      for (let n = 0; n < 7; n++) {
        const started = performance.now()
        await Bun.spawn(command, { env, stdout: 'ignore', stderr: 'ignore' }).exited
        times.push(performance.now() - started)
      }
      return Math.min(...times)
    }
    const peer = await time([process.execPath, '-e', "await import('zx/globals')"])
    expect(await time([process.execPath, fixturePath('typed'), '--help'])).toBeLessThan(peer * 2.5)
  }, 60_000)
})

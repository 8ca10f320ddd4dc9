import { afterAll, describe, expect, test } from 'bun:test'
import { bareEnvironment, temporaryFolder } from './fixture'
import { runOnTerminal, screenOf } from './screen'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const env = bareEnvironment(folder.path)

/** Without what differs from run to run. */
const timeless = (line: string) => line.replaceAll(/\b\d+(\.\d+)?(ms|s)\b/g, 'T')

test('screenOf: rows that were taken back are gone', () => {
  expect(screenOf('one\r\ntwo\r\n\r\x1b[1A\x1b[0Jthree\r\n')).toEqual(['one', 'three', ''])
})

describe('on a terminal', () => {
  test('what stays is one entry a step; what moved is gone', async () => {
    const { screen, exitCode } = await runOnTerminal('showing', [], env, { columns: 100, rows: 40 })
    expect(exitCode).toBe(0)
    const lines = screen.map(timeless)
    expect(lines.slice(0, 2)).toEqual([
      'showing · staging',
      '✔ Credentials  T  arn:aws:iam::123456789012:user/alice',
    ])
    expect(lines.filter((line) => line.startsWith('✔ Health'))).toHaveLength(1)
    expect(lines.filter((line) => /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line))).toEqual([])
    const heading = lines.indexOf('● Create the infrastructure')
    expect(lines.slice(heading, heading + 4)).toEqual([
      '● Create the infrastructure',
      '    94 resources: all but the service',
      '    $ terraform -chdir=terraform/aws apply plan.tfplan',
      '    undo: bun runbooks/destroy.ts',
    ])
    expect(lines.slice(-2)).toEqual(['✔ showing done  T', ''])
  }, 20_000)

  test('moving rows say what is waited for, and never wrap', async () => {
    const { written } = await runOnTerminal('showing', [], env, { columns: 50, rows: 10 })
    expect(written).toContain('waiting for the re')
    const moving = written.split('\n').filter((line) => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line))
    expect(moving.length).toBeGreaterThan(10)
    for (const line of moving) expect(Bun.stringWidth(line.replaceAll('\r', ''))).toBeLessThan(50)
  }, 20_000)

  test('the cursor is visible again at the end, whatever the end', async () => {
    for (const args of [[], ['--fail']]) {
      const { written } = await runOnTerminal('showing', args, env)
      expect(written.lastIndexOf('\x1b[?25h')).toBeGreaterThan(written.lastIndexOf('\x1b[?25l'))
    }
  }, 20_000)

  test('NO_COLOR leaves no colour', async () => {
    const { written } = await runOnTerminal('changing', [], { ...env, NO_COLOR: '1' })
    expect(['\x1b[1m', '\x1b[2m', '\x1b[3'].filter((colour) => written.includes(colour))).toEqual([])
  })

  test('in CI nothing moves, even on a terminal', async () => {
    const { written } = await runOnTerminal('changing', [], { ...env, CI: 'true' })
    expect(written).not.toContain('\x1b[1A')
  })
})

describe('a question on a terminal', () => {
  const production = ['--environment', 'production']
  test.each<[string, string[], [string, string][], number, boolean]>([
    ['the name typed', production, [['Type production to go on: ', 'production\r']], 0, true],
    ['yes, where the name is wanted', production, [['Type production to go on: ', 'yes\r']], 4, false],
    ['an empty line', production, [['Type production to go on: ', '\r']], 4, false],
    ['the end of the input', production, [['Type production to go on: ', '\x04']], 4, false],
    ['Ctrl-C', production, [['Type production to go on: ', '\x03']], 130, false],
    ['y to what the kit asks by itself', ['--forget', '--destructive'], [['Go on? [y/N] ', 'y\r']], 0, true],
    ['n to it', ['--forget', '--destructive'], [['Go on? [y/N] ', 'n\r']], 4, false],
  ])('%s', async (_, args, keys, exitCode, changed) => {
    const ended = await runOnTerminal('asking', args, env, { keys })
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.screen.some((line) => line.startsWith('✔ Change it'))).toBe(changed)
    expect(ended.screen.join('\n')).toContain(
      args === production ? '? Production: Everything goes' : '? Destructive: It is changed',
    )
  })

  test('--yes asks nothing, and says that it did not', async () => {
    const { screen, exitCode } = await runOnTerminal('asking', [...production, '--yes'], env)
    expect(exitCode).toBe(0)
    expect(screen).toContain('  confirmed by --yes: Everything goes')
  })
})

test('Ctrl-C on a terminal ends the run in order, and the echoed ^C spoils no line', async () => {
  const { screen, exitCode } = await runOnTerminal('waiting', ['--on', 'child'], env, {
    keys: [['for the end of days', '\x03']],
  })
  expect(exitCode).toBe(130)
  expect(screen).toContain('■ Ctrl-C: stopping cleanly (once more to end at once)')
  expect(screen).toContain('  ■ Wait (was under way)')
})

test('with --json on a terminal, the question does not get between the events', async () => {
  const { written, exitCode } = await runOnTerminal(
    'asking',
    ['--environment', 'production', '--json'],
    env,
    {
      keys: [['Type production to go on: ', 'production\r']],
    },
  )
  expect(exitCode).toBe(0)
  expect(written).toContain('? Everything goes')
  expect(JSON.parse(written.trim().split('\n').at(-1)!)).toMatchObject({
    type: 'result',
    data: { changed: true },
  })
})

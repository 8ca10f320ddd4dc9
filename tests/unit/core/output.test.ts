import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recorded } from '../../../runbooks/core/events'
import { human, type Page, type Shown } from '../../../runbooks/core/output/human'
import type { Outlet } from '../../../runbooks/core/output/outlet'
import { pulse } from '../../../runbooks/core/output/pulse'
import { uncoloured } from '../../../runbooks/core/output/style'
import { bareEnvironment, run, temporaryFolder } from './fixture'

function paper(): Outlet & { text: string } {
  const outlet = {
    text: '',
    write: (text: string) => {
      outlet.text += text
    },
    drained: async () => {},
    closed: new AbortController().signal,
  }
  return outlet
}

function page() {
  const [out, err] = [paper(), paper()]
  const steps = new Map<number, Shown>()
  const whole: Page = { out, err, style: uncoloured, width: () => Number.POSITIVE_INFINITY, steps }
  const sink = human(whole)
  return { out, err, steps, take: (event: object) => sink.take({ at: '', ...event } as Recorded) }
}

const step = (id: number, title: string, kind = 'read') => ({ id, kind, title, depth: 0 })

describe('human: lines', () => {
  test('a step that ends at once is one line, with the one thing it said', () => {
    const { out, take } = page()
    take({ type: 'step.started', ...step(1, 'Health') })
    take({ type: 'step.line', ...step(1, 'Health'), text: '200 healthy' })
    take({ type: 'step.finished', ...step(1, 'Health'), outcome: 'done', ms: 21 })
    expect(out.text).toBe('✔ Health  21ms  200 healthy\n')
  })

  test('a step that goes on gets its heading, and its lines as they come; with several at once each line says whose it is', async () => {
    const { out, take } = page()
    take({ type: 'step.started', ...step(1, 'Apply', 'change') })
    take({ type: 'step.started', ...step(2, 'Push', 'change') })
    take({
      type: 'step.changing',
      ...step(1, 'Apply', 'change'),
      effect: 'made',
      equivalent: ['terraform apply'],
      destructive: false,
    })
    await Bun.sleep(1100)
    take({ type: 'step.line', ...step(1, 'Apply'), text: 'vpc made' })
    take({
      type: 'step.finished',
      ...step(2, 'Push', 'change'),
      outcome: 'failed',
      ms: 900,
      error: 'denied\nmore',
    })
    take({ type: 'step.line', ...step(1, 'Apply'), text: 'db made' })
    take({ type: 'step.finished', ...step(1, 'Apply', 'change'), outcome: 'done', ms: 108_000 })
    expect(out.text).toBe(
      '● Apply\n    made\n    $ terraform apply\n    Apply │ vpc made\n✖ Push  900ms  denied\n    db made\n✔ Apply  1m48s\n',
    )
  })

  test('an error goes to stderr, whole, with its causes and the next command', () => {
    const { out, err, take } = page()
    take({ type: 'error', message: 'It broke', detail: ['Error: why'], next: 'try again', exitCode: 1 })
    expect([out.text, err.text]).toEqual(['', '✖ It broke\n    Error: why\n  Next: try again\n'])
  })
})

describe('pulse: where nothing moves, a line every few seconds', () => {
  test('says what is waited for, and for how long', async () => {
    const { out, steps, take } = page()
    pulse(out, steps)
    take({ type: 'step.started', ...step(1, 'Follow') })
    take({ type: 'step.waiting', ...step(1, 'Follow'), text: '1 of 2 tasks' })
    await Bun.sleep(4300)
    expect(out.text).toMatch(/^ {2}… Follow {2}\d\.\ds {2}1 of 2 tasks\n$/)
    take({ type: 'step.finished', ...step(1, 'Follow'), outcome: 'done', ms: 1 })
  }, 10_000)
})

describe('$GITHUB_STEP_SUMMARY', () => {
  test.each([
    [
      'ending',
      ['--how', 'half'],
      ['### ❌ ending · staging', '> Make two: no room', '| ✔ | Make one |', '| ✖ | Make two |', 'Next:'],
    ],
    [
      'changing',
      ['--dry-run'],
      [
        '### ✅ changing · staging (dry run)',
        '| ○ | Suspend autoscaling |',
        '| ✔ | Tag it | 0ms | the tag is there |',
      ],
    ],
  ])('%s %j', async (name, args, parts) => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'summary.md')
    await Bun.write(file, 'what an earlier step wrote\n')
    await run(name, args, bareEnvironment(folder.path, { GITHUB_STEP_SUMMARY: file }))
    const markdown = readFileSync(file, 'utf8')
    expect(markdown).toStartWith('what an earlier step wrote\n')
    for (const part of parts) expect(markdown).toContain(part)
  })

  test('one that cannot be written fails nothing', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'no', 'such', 'folder.md')
    const { exitCode } = await run(
      'ending',
      ['--how', 'done'],
      bareEnvironment(folder.path, { GITHUB_STEP_SUMMARY: file }),
    )
    expect([exitCode, existsSync(file)]).toEqual([0, false])
  })
})

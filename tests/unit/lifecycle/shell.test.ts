import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { shellLines } from '../../../rehearsal/env.ts'
import { quote } from '../../../rehearsal/quote.ts'

const shells = ['sh', 'bash', 'zsh'].filter((shell) => Bun.which(shell))

describe('quote', () => {
  test.each(shells)('%s reads back what was written, whatever it is', (shell) => {
    const word = fc.string({ unit: 'binary' }).filter((text) => !/[\0\r\ud800-\udfff]/.test(text))
    fc.assert(
      fc.property(word, (text) => {
        const { stdout } = Bun.spawnSync([shell, '-c', `printf %s ${quote(text)}`])
        expect(stdout.toString()).toBe(text)
      }),
      { numRuns: 40 },
    )
  })
})

describe('shellLines', () => {
  test.each(shells)('%s takes over what is set and drops what would lead elsewhere', (shell) => {
    const lines = shellLines({ set: { A: "it's $HOME and `x`", B: '' }, unset: ['AWS_PROFILE'] })
    const script = `eval "$LINES_GIVEN"; printf '%s|%s|%s' "$A" "$B" "\${AWS_PROFILE-none}"`
    const { stdout } = Bun.spawnSync([shell, '-c', script], {
      env: { PATH: process.env.PATH ?? '', LINES_GIVEN: lines, AWS_PROFILE: 'work' },
    })
    expect(stdout.toString()).toBe("it's $HOME and `x`||none")
  })
})

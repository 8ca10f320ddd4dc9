import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { createLog } from '../../../server/logging/log.ts'
import { isPersonal, redact, withoutCards } from '../../../server/logging/redact.ts'

test.each([
  ['key sk-abc_DEF-0123456789 end', 'key [key] end'],
  ['AKIAIOSFODNN7EXAMPLE', '[key]'],
  ['Authorization: Bearer abc.def-ghi_jkl=', 'Authorization: Bearer [token]'],
  ['postgres://u:p%40ss@db:5432/x', 'postgres://[credentials]@db:5432/x'],
  ['write to ada.lovelace+x@example.co.uk please', 'write to [e-mail] please'],
  ['card 4111 1111 1111 1111, thanks', 'card [card], thanks'],
  ['card 4111-1111-1111-1111', 'card [card]'],
  ['378282246310005', '[card]'],
  ['call +1 (800) 555-0142', 'call [phone]'],
  ['call 800-555-0142 now', 'call [phone] now'],
  ['order 4711 of 2026-11-23', 'order 4711 of 2026-11-23'],
  [
    'commit 7e7e342a, 01a20790-ae01-7213-a0e8-46f4c94a85b9',
    'commit 7e7e342a, 01a20790-ae01-7213-a0e8-46f4c94a85b9',
  ],
  ['12345678 items', '12345678 items'],
])('redact: %j becomes %j', (text, clean) => {
  expect(redact(text)).toBe(clean)
})

test('withoutCards takes cards only', () => {
  expect(withoutCards('4111111111111111 ada@example.com 800-555-0142')).toBe(
    '[card] ada@example.com 800-555-0142',
  )
})

test('isPersonal: a question with an address in it', () => {
  expect([isPersonal('Is ada@example.com my account?'), isPersonal('What is your refund policy?')]).toEqual([
    true,
    false,
  ])
})

test('redact: time grows with the length only, whatever the text', () => {
  const hostile = [
    '1 '.repeat(50_000),
    'a@'.repeat(50_000),
    '@a.'.repeat(50_000),
    '+'.repeat(100_000),
    'sk-'.repeat(40_000),
    '(1'.repeat(50_000),
    'postgres://'.repeat(10_000),
  ]
  for (const text of hostile) {
    const from = performance.now()
    redact(text)
    expect(performance.now() - from).toBeLessThan(400)
  }
})

test('createLog: each line is one JSON object, whatever the fields', () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything(), { maxKeys: 4 }), (event, fields) => {
      let line = ''
      const log = createLog({
        level: 'info',
        sink: {
          write: (text) => {
            line = text
          },
          flush: async () => undefined,
        },
      })
      log.info(event, fields)
      expect(line.endsWith('\n')).toBe(true)
      expect(line.trimEnd()).not.toContain('\n')
      expect(JSON.parse(line).level).toBeDefined()
    }),
    { numRuns: 300 },
  )
})

test('createLog: an error is its name, message, code, stack and causes, redacted', () => {
  let line = ''
  const log = createLog({
    level: 'info',
    sink: {
      write: (text) => {
        line = text
      },
      flush: async () => undefined,
    },
  })
  log.error('it_failed', {
    error: new Error('outer', {
      cause: Object.assign(new Error('at postgres://u:hunter2@h'), { code: 'X1' }),
    }),
  })
  const { error } = JSON.parse(line)
  expect([error.name, error.message, error.cause.code, error.cause.message]).toEqual([
    'Error',
    'outer',
    'X1',
    'at postgres://[credentials]@h',
  ])
  expect(line).not.toContain('hunter2')
})

test('createLog: what happens to the server itself is told at every level', () => {
  const lines: string[] = []
  const log = createLog({
    level: 'error',
    sink: { write: (line) => void lines.push(line), flush: async () => {} },
  })
  log.info('request')
  log.notice('serving', { port: 8080 })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', event: 'serving', port: 8080 },
  ])
})

import { describe, expect, test } from 'bun:test'
import { logLine } from '../../../runbooks/core/output/log-line'
import { uncoloured } from '../../../runbooks/core/output/style'

const line = (message: string, width = 100) =>
  logLine(
    { time: '2026-11-23T15:01:02.003Z', source: '0123456789abcdef0123456789abcdef', level: 'info', message },
    uncoloured,
    width,
  )

describe('a line of a log, for a reader', () => {
  test.each([
    [
      '{"time":"x","level":"info","event":"request","service":"s","request_id":"r-1","method":"GET","status":200,"from_cache":true,"handoff":null}',
      'request method=GET status=200 from_cache request_id=r-1',
    ],
    [
      '{"event":"cache_away","error":{"name":"E","message":"it is gone","cause":{"message":"no route"}}}',
      'cache_away error="it is gone: no route"',
    ],
    ['{"_aws":{},"Requests":2}', 'metrics Requests=2'],
    ['panic: \u001b[31mat line 3\u0007\n', 'panic: at line 3'],
    ['{"broken', '{"broken'],
  ])('%s', (message, said) => {
    expect(line(message)).toBe(`15:01:02.003 01234567 info  ${said}`)
  })

  test('in a pipe with the whole moment', () => {
    expect(line('x', Number.POSITIVE_INFINITY)).toBe('2026-11-23T15:01:02.003Z 01234567 info  x')
  })
})

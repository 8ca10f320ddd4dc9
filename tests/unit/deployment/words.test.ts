import { describe, expect, test } from 'bun:test'
import { lastWords, worthReading } from '../../../runbooks/deployment/words'

const log = (level: string, event: string, more: object = {}) =>
  JSON.stringify({ time: '2026-11-23T11:52:03.395Z', level, event, service: 'tria-aibpo', ...more })

describe('lastWords: what a task said about its own end', () => {
  const cases: [string, string[], string | undefined][] = [
    ['nothing', [], undefined],
    [
      'an uncaught error, under the code it stands in and above its trace',
      [
        '4180 | let pool = new Pool({})',
        '4181 | throw new Error("the paint is still wet")',
        '                                  ^',
        'error: the paint is still wet',
        '      at /app/main.js:4181:6730',
        'note: missing sourcemaps for /app/main.js',
        '',
        'Bun v1.4.5 (Linux x64)',
      ],
      'error: the paint is still wet',
    ],
    [
      'the same in Node',
      ['TypeError: x is not a function', '    at main (/app/main.js:1:1)'],
      'TypeError: x is not a function',
    ],
    [
      'a line of the log, with what caused the error',
      [
        log('info', 'starting'),
        log('error', 'migration_failed', {
          error: {
            name: 'MigrationError',
            message: 'Migrate: 0004 failed',
            cause: { message: 'relation "nowhere" does not exist' },
          },
        }),
        log('info', 'stopped'),
      ],
      'migration_failed: Migrate: 0004 failed: relation "nowhere" does not exist',
    ],
    ['a log line with an error but no description', [log('error', 'gone')], 'gone'],
    [
      'words that do not call themselves an error are the last ones all the same',
      [log('info', 'starting'), 'Wrong configuration: PORT must be a number'],
      'Wrong configuration: PORT must be a number',
    ],
    ['a log that tells no trouble says nothing', [log('info', 'started'), log('warn', 'slow')], undefined],
    ['only a trace', ['    at main (/app/main.js:1:1)', 'Bun v1.4.5 (Linux x64)'], undefined],
    ['a number alone is a line like any other', ['42'], '42'],
    ['half a line of JSON', ['{"level":"error","eve'], '{"level":"error","eve'],
  ]
  test.each(cases)('%s', (_name, lines, expected) => {
    expect(lastWords(lines)).toBe(expected)
  })

  test('are short', () => {
    expect(lastWords([`error: ${'x'.repeat(5_000)}`])!.length).toBeLessThan(250)
  })
})

describe('worthReading: log lines as evidence', () => {
  test('leaves out the code around a throw, and shortens what no screen holds', () => {
    const lines = ['12 | const x = 1', 'error: no', `{"a":"${'y'.repeat(2_000)}"}`]
    expect(worthReading(lines)).toEqual(['error: no', expect.stringMatching(/^\{"a":"y+…$/)])
    expect(worthReading(lines)[1]!.length).toBeLessThan(400)
  })
})

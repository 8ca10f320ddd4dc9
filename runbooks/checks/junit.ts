import type { Result } from './check'

/** The results as JUnit XML: a failed check is a failure, one that could not look is an error. */
export function junit(suite: string, results: Result[]): string {
  const failures = results.filter(({ status }) => status === 'failed').length
  const errors = results.filter(({ status }) => status === 'unknown').length
  const seconds = (ms: number) => (ms / 1_000).toFixed(3)
  const slowest = Math.max(0, ...results.map(({ ms }) => ms))
  const cases = results.map(({ id, title, status, evidence, ms }) => {
    const open = `    <testcase classname="${escaped(suite)}.${escaped(id)}" name="${escaped(title)}" time="${seconds(ms)}">`
    const body =
      status === 'ok'
        ? `<system-out>${escaped(evidence)}</system-out>`
        : status === 'failed'
          ? `<failure message="${escaped(evidence)}"/>`
          : `<error message="${escaped(evidence)}"/>`
    return `${open}${body}</testcase>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${escaped(suite)}" tests="${results.length}" failures="${failures}" errors="${errors}" time="${seconds(slowest)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\n/g, '&#10;')
}

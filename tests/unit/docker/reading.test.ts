import { describe, expect, test } from 'bun:test'
import { expand, keyValues, parseDockerfile, splitWords } from '../../../rehearsal/docker/dockerfile.ts'
import { parseIgnore } from '../../../rehearsal/docker/ignore.ts'
import { canonical, parseReference } from '../../../rehearsal/docker/reference.ts'
import { format } from '../../../rehearsal/docker/template.ts'

describe('parseDockerfile', () => {
  test('continues lines over comments, reads flags and lists, and knows the lines', () => {
    const [from, run, copy] = parseDockerfile(
      'FROM a AS b\nRUN one \\\n# why\n\n  && two\nCOPY --from=b --chmod=755 ["x y", "/z/"]\n',
    )
    expect(from).toMatchObject({ name: 'FROM', rest: 'a AS b', from: 1, to: 1 })
    expect(run).toMatchObject({ name: 'RUN', rest: 'one   && two', from: 2, to: 5 })
    expect(copy).toMatchObject({ flags: { from: 'b', chmod: '755' }, list: ['x y', '/z/'] })
  })
})

describe('expand', () => {
  const values = { A: 'one', EMPTY: '' }
  const table: [string, string][] = [
    [`$A/\${A}`, 'one/one'],
    [`\${NONE:-two}`, 'two'],
    [`\${EMPTY:-\${A}}`, 'one'],
    [`\${A:+yes}\${NONE:+no}`, 'yes'],
    ['\\$A $NONE.', '$A .'],
  ]
  test.each(table)('%s is %s', (text, expected) => {
    expect(expand(text, values)).toBe(expected)
  })
})

test('keyValues and splitWords undo quotes', () => {
  expect(keyValues('A=1 B="two words" C=th\\ ree')).toEqual([
    ['A', '1'],
    ['B', 'two words'],
    ['C', 'th ree'],
  ])
  expect(keyValues('A all of the line')).toEqual([['A', 'all of the line']])
  expect(splitWords('a "b c" d')).toEqual(['a', 'b c', 'd'])
})

describe('parseIgnore', () => {
  const ignore = parseIgnore('# comment\nnode_modules\n**/*.test.ts\n/docs/*\n!docs/kept.md\n.env*\n')
  const table: [string, boolean][] = [
    ['node_modules/a/b.js', true],
    ['src/node_modules/a.js', false],
    ['a.test.ts', true],
    ['deep/er/a.test.ts', true],
    ['docs/other.md', true],
    ['docs/kept.md', false],
    ['.env.local', true],
    ['src/main.ts', false],
  ]
  test.each(table)('%s: %p', (path, expected) => {
    expect(ignore.ignores(path)).toBe(expected)
  })
})

describe('parseReference', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const table: [string, string | undefined][] = [
    ['bun', 'docker.io/library/bun:latest'],
    ['oven/bun:1.4.5', 'docker.io/oven/bun:1.4.5'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['1.dkr.ecr.eu-west-1.amazonaws.com/a/b:v1', '1.dkr.ecr.eu-west-1.amazonaws.com/a/b:v1'],
    [`host.io/app@${digest}`, `host.io/app@${digest}`],
    ['Upper/Case', undefined],
    ['app:bad tag', undefined],
  ]
  test.each(table)('%s', (text, expected) => {
    const reference = parseReference(text)
    expect(reference && canonical(reference)).toBe(expected)
  })
})

describe('format', () => {
  const image = { Id: 'x', RepoDigests: ['a@1', 'b@2'], Config: { Labels: { 'a.b': 'c' } } }
  const table: [string, string][] = [
    ['{{.Id}}!', 'x!'],
    ['{{index .RepoDigests 1}}', 'b@2'],
    ['{{ index .Config.Labels "a.b" }}', 'c'],
    ['{{json .RepoDigests}}', '["a@1","b@2"]'],
    ['{{.Config.Labels | json}}', '{"a.b":"c"}'],
    ['{{.Nothing}}', '<no value>'],
  ]
  test.each(table)('%s', (template, expected) => {
    expect(format(template, image)).toBe(expected)
  })
})

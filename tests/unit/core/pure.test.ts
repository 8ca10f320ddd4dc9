import { describe, expect, test } from 'bun:test'
import { duration } from '../../../runbooks/core/duration'
import { distance, nearest } from '../../../runbooks/core/flags/nearest'
import { regionIn } from '../../../runbooks/core/flags/profile'
import { checkRegion } from '../../../runbooks/core/flags/regions'
import { uncoloured } from '../../../runbooks/core/output/style'
import { table } from '../../../runbooks/core/output/table'
import { hanging, truncate, wrap } from '../../../runbooks/core/output/wrap'

test.each([
  [0, '0ms'],
  [999.4, '999ms'],
  [1000, '1.0s'],
  [9940, '9.9s'],
  [9960, '10s'],
  [59_400, '59s'],
  [59_600, '1m00s'],
  [108_000, '1m48s'],
  [7_500_000, '2h05m'],
])('duration(%d) is %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
  ['eu-centrall-1', 'eu-central-1', 1],
])('distance(%p, %p) is %d', (a, b, edits) => {
  expect(distance(a, b)).toBe(edits)
  expect(distance(b, a)).toBe(edits)
})

test.each([
  ['dryrun', 'dry-run'],
  ['enviroment', 'environment'],
  ['env', 'environment'],
  ['xyzzy', undefined],
  ['', undefined],
])('nearest(%p) is %p', (word, found) => {
  expect(nearest(word, ['dry-run', 'environment', 'yes'])).toBe(found as string)
})

test.each([
  ['us-east-1', undefined],
  ['us-gov-west-1', undefined],
  ['eu-centrall-1', '"eu-centrall-1" is no AWS region; nearest: eu-central-1'],
  ['useast1', '"useast1" is no AWS region; nearest: us-east-1'],
  ['mars', '"mars" is no AWS region'],
])('checkRegion(%p)', (name, wrong) => {
  expect(checkRegion(name)).toBe(wrong as string)
})

describe('regionIn: the AWS CLI configuration', () => {
  const config =
    '[default]\nregion=us-west-2\n[profile work]\noutput = json\nregion = eu-west-1\n[profile none]\n'
  test.each([
    ['default', 'us-west-2'],
    ['work', 'eu-west-1'],
    ['none', undefined],
    ['absent', undefined],
  ])('profile %s', (profile, region) => {
    expect(regionIn(config, profile)).toBe(region as string)
  })
})

describe('text fits its width', () => {
  const text = 'Nothing scales until it is resumed, déjà vu, 日本語 and a-very-long-word-that-fits-nowhere'
  test.each([20, 40, 80])('wrap at %d', (width) => {
    const lines = wrap(text, width)
    expect(lines.join(' ')).toBe(text)
    for (const line of lines) expect(line.includes(' ') ? Bun.stringWidth(line) <= width : true).toBe(true)
  })

  test('hanging keeps its column', () => {
    expect(hanging('--flag  ', 'one two three four five six', 28)).toEqual([
      '--flag  one two three four',
      '        five six',
    ])
  })

  test.each([
    ['short', 10, 'short'],
    ['exactly-10', 10, 'exactly-10'],
    ['longer than that', 10, 'longer th…'],
    ['日本語日本語', 5, '日本…'],
  ])('truncate(%p, %d)', (whole, width, cut) => {
    expect(truncate(whole, width)).toBe(cut)
  })
})

describe('table', () => {
  const rows = [
    { metric: 'CPU', value: 81.5, note: 'over its threshold of 80 for ten minutes and rising still' },
    { metric: 'Memory', value: 7, note: 'fine' },
  ]
  test('numbers to the right, text to the left', () => {
    expect(table(rows, 100, uncoloured).slice(0, 2)).toEqual([
      'metric  value  note',
      'CPU      81.5  over its threshold of 80 for ten minutes and rising still',
    ])
  })
  test.each([30, 50, 70])('fits in %d columns', (width) => {
    for (const line of table(rows, width, uncoloured))
      expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width)
  })
})

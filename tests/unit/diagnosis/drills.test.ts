import { expect, test } from 'bun:test'
import { rules } from '../../../runbooks/diagnosis/rules'
import { all, unplayed } from '../../bench/drills/all'

test('every cause is played, or it is said why it cannot be; no drill plays what nothing names', () => {
  const played = new Set(all.flatMap(({ causes }) => causes))
  const excused = Object.keys(unplayed)
  expect(rules.map(({ id }) => id).filter((id) => !played.has(id) && !excused.includes(id))).toEqual([])
  expect(excused.filter((id) => played.has(id))).toEqual([])
  const known = new Set(rules.map(({ id }) => id))
  expect([...played, ...excused].filter((id) => !known.has(id))).toEqual([])
})

import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { normalise } from '../../../server/answer/question.ts'
import { hashOf, readAsked, textsOf } from '../../../server/learning/examples.ts'
import { learn } from '../../../server/learning/learn.ts'
import { loadKnowledge } from '../../../server/retrieval/documents.ts'
import { createLearned } from '../../../server/retrieval/learned.ts'
import { openTable, packTable } from '../../../server/retrieval/table.ts'
import { root } from './support/server.ts'

const knowledge = await loadKnowledge(join(root, 'server/knowledge'))

describe('what was learned', () => {
  test('is of these documents and questions: run `bun run learn` after a change', async () => {
    const asked = await readAsked(join(root, 'server/knowledge/asked'), knowledge)
    expect(knowledge.learned.isOf(hashOf([...asked, ...textsOf(knowledge)]))).toBe(true)
    const [other] = asked
    expect(knowledge.learned.isOf(hashOf([{ ...other!, text: `${other!.text}?` }]))).toBe(false)
  })

  test('has at least 15 questions for each section, none of them twice, and hundreds that no section answers', async () => {
    const asked = await readAsked(join(root, 'server/knowledge/asked'), knowledge)
    const per = Map.groupBy(asked, ({ section }) => section)
    for (const { id } of knowledge.sections)
      expect([id, (per.get(id)?.length ?? 0) >= 15]).toEqual([id, true])
    expect(per.get('none')!.length).toBeGreaterThan(500)
    expect(new Set(asked.map(({ text }) => normalise(text))).size).toBe(asked.length)
  })

  test('questions for a section that no document has are an error that names both', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tria-test-asked-'))
    writeFileSync(join(folder, 'refunds.md'), '## No such heading\n\n- What?\n')
    await expect(readAsked(folder, knowledge)).rejects.toThrow(/refunds\.md.*"No such heading"/)
    rmSync(folder, { recursive: true })
  })
})

describe('learn', () => {
  const words = ['parcel', 'package', 'password', 'login', 'where', 'my', 'forgot']
  /** The first two mean one thing, the next two another. */
  const vectors = packTable(
    words.map((key, at) => ({ key, weight: 1, values: [at < 2 ? 1 : 0, at === 2 || at === 3 ? 1 : 0, 0.1] })),
  )
  const asked = [
    ['Where is my parcel?', 'track'],
    ['My parcel is late', 'track'],
    ['I forgot my password', 'reset'],
    ['A new password', 'reset'],
    ['Who won the match?', 'none'],
    ['Tell me a joke', 'none'],
  ].map(([text, section]) => ({ text: text!, section: section! }))
  const made = learn(asked, openTable(vectors), 0.1)
  const learned = createLearned({ ...made, vectors })
  const best = (text: string) => {
    const sureness = learned.judge(text)
    return ['track', 'reset', 'none'].toSorted(
      (a, b) => sureness[learned.column(b)!]! - sureness[learned.column(a)!]!,
    )[0]
  }

  test.each([
    ['parcel?', 'track'],
    ['Did you see the package?', 'track'],
    ['my login', 'reset'],
    ['pasword', 'reset'],
    ['a joke', 'none'],
  ])('%s asks for %s: by its words, by words of like meaning, and misspelt', (text, section) => {
    expect(best(text)).toBe(section)
  })
  test('a name that no covered question has makes it somebody else’s matter, a known one does not', () => {
    const sureness = (text: string) => learned.judge(text)[learned.column('track')!]!
    expect(sureness('Where is my Etsy parcel?')).toBeLessThan(sureness('Where is my etsy parcel?') - 0.4)
    expect(sureness('WHERE IS MY PARCEL?')).toBe(sureness('where is my parcel?'))
  })
  test('knows what it was made of, and no section beside', () => {
    expect([learned.least.toFixed(1), learned.column('other'), learned.isOf(hashOf(asked))]).toEqual([
      '0.1',
      undefined,
      true,
    ])
  })
})

describe('a table', () => {
  const packed = packTable([
    { key: 'zürich', weight: 2, values: [1, -1] },
    { key: 'a', weight: 1, values: [0, 0] },
    { key: 'ab', weight: 3, values: [0.5, 127] },
  ])
  test('finds each row by its key, and nothing else', () => {
    const table = openTable(packed)
    const row = table.find('zürich')!
    expect([row.weight, ...row.cells].map((cell, at) => (at ? Math.round(cell * row.scale) : cell))).toEqual([
      2, 1, -1,
    ])
    expect(table.find('ab')!.cells).toEqual(Int8Array.of(1, 127))
    expect([...table.find('a')!.cells]).toEqual([0, 0])
    expect(['', 'b', 'abc', 'zz', 'zurich'].map((key) => table.find(key))).toEqual(Array(5).fill(undefined))
    expect(table.keys()).toEqual(['a', 'ab', 'zürich'])
  })
  test('that was cut short is an error, not wrong answers', () => {
    expect(() => openTable(packed.slice(0, -1))).toThrow('cut short')
  })
})

import { expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { environmentNames, unknownName } from '../../../runbooks/terraform/names'

test('the environments are those that have values', async () => {
  const folder = await mkdtemp(`${tmpdir()}/names-`)
  try {
    expect(environmentNames(folder)).toEqual([])
    await mkdir(`${folder}/environments`)
    for (const name of ['a.tfvars', 'b-2.tfvars', 'README.md'])
      await writeFile(`${folder}/environments/${name}`, '')
    expect(environmentNames(folder).sort()).toEqual(['a', 'b-2'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a name that none has is told of those that there are, the nearest first', () => {
  const known = ['staging', 'demo', 'production']
  expect(unknownName('staging', known)).toBeUndefined()
  const typed = unknownName('prodction', known)
  expect(typed?.meant).toBe('production')
  expect(typed?.words).toMatch(/there are production, /)
  // Nothing near enough to have been meant: it may be a new one.
  expect(unknownName('europe', known)?.meant).toBeUndefined()
  expect(unknownName('europe', [])?.words).toMatch(/nor any other/)
})

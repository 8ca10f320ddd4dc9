import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sections } from '../../runbooks/rehearsal/sections'
import { Workspace } from './support'

const minutes = 60_000
let workspace: Workspace
beforeAll(async () => {
  workspace = await Workspace.make()
})
afterAll(() => workspace?.close(), 2 * minutes)

test(
  'npm run rehearse: every section of the guide, one after the other, and nothing of it is left',
  async () => {
    const run = await workspace.runbook('rehearse')
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(run.data.sections.map(({ name }: { name: string }) => name)).toEqual(
      sections.map(({ name }) => name),
    )
    expect(run.data.unknown).toEqual([])
    const { data } = await workspace.runbook('rehearse', 'status')
    expect(data.up).toBe(false)
  },
  15 * minutes,
)

import { describe, expect, test } from 'bun:test'
import { collect } from '../../../runbooks/diagnosis/collect'
import { diagnose } from '../../../runbooks/diagnosis/judge'
import { isSeen } from '../../../runbooks/diagnosis/snapshot'
import { account } from '../account'
import { at, tasks } from './growing'

describe('collect', () => {
  test.each([10, 100, 1_000])('%i tasks: no more calls than pages, and never 60', async (count) => {
    const { aws, calls } = account(tasks(count))
    const { parts } = await collect(at(aws))
    const pages = Math.min(3, Math.ceil(count / 100))
    expect(calls.filter((call) => /ecs:(listTasks|describeTasks)/.test(call))).toHaveLength(4 * pages)
    expect(calls.length).toBeLessThan(60)
    expect(isSeen(parts.tasks) && parts.tasks.value.length).toBe(2 * Math.min(count, 300))
  })

  test('what was left out of a thousand tasks is a gap', async () => {
    const few = diagnose(await collect(at(account(tasks(300)).aws)))
    const many = diagnose(await collect(at(account(tasks(1_000)).aws)))
    const told = (gaps: { part: string; reason: string }[]) =>
      gaps.find(({ part }) => part === 'tasks')?.reason
    expect(told(few.gaps)).toBeUndefined()
    expect(told(many.gaps)).toMatch(/only 300 of the tasks/)
  })

  test('who may see nothing gets a gap for every part, the permission of each first call, and no finding', async () => {
    const { aws } = account({})
    const snapshot = await collect(at(aws))
    // Without a token nobody asks GitHub.
    const seen = Object.entries(snapshot.parts).filter(([, part]) => isSeen(part))
    expect(seen.map(([name]) => name)).toEqual(['pipeline'])
    const { findings, gaps } = diagnose(snapshot)
    expect(findings).toEqual([])
    expect(gaps.find(({ part }) => part === 'service')?.permission).toBe('ecs:describeServices')
    expect(gaps.find(({ part }) => part === 'secrets')?.reason).toMatch(/task definition/)
  })
})

import { describe, expect, test } from 'bun:test'
import { stackOf } from '../../../runbooks/aws/stack'
import type { RunRecord } from '../../../runbooks/core'
import { collectTimeline } from '../../../runbooks/timeline/collect'
import { moveEntries, serviceEntry, taskEntries } from '../../../runbooks/timeline/ecs'
import { type Entry, kinds, merge } from '../../../runbooks/timeline/entry'
import { alarmEntry, lineEntry, runEntries, scalingEntry } from '../../../runbooks/timeline/others'
import { account } from '../account'

const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 10, 23, 15, minute, second))
const id = '0123456789abcdef0123456789abcdef'

describe('what happened, as entries', () => {
  test.each([
    ['Scaling activity initiated by (deployment ecs-svc/1)', 'ServiceSchedulerInitiated', 0, 'info'],
    ['Task stopped by user', 'UserInitiated', 137, 'info'],
    ['Task failed ELB health checks in (target-group tg)', 'ServiceSchedulerInitiated', 143, 'warn'],
    ['Essential container in task exited', 'EssentialContainerExited', 1, 'error'],
    ['CannotPullContainerError: no such image', 'TaskFailedToStart', undefined, 'error'],
  ] as const)('a task that ends: %s', (stoppedReason, stopCode, exitCode, level) => {
    const entries = taskEntries({
      taskArn: `arn:aws:ecs:us-east-1:1:task/c/${id}`,
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:1:task-definition/family:7',
      createdAt: at(1),
      startedAt: at(2),
      stoppingAt: at(3),
      stoppedReason,
      stopCode,
      containers: [{ name: 'tria-aibpo-backend', ...(exitCode === undefined ? {} : { exitCode }) }],
    })
    expect(entries.map(({ at, text }) => [at.slice(14, 16), text.slice(0, 14)])).toEqual([
      ['01', '01234567 is to'],
      ['02', '01234567 runs'],
      ['03', '01234567 stops'],
    ])
    expect(entries[2]).toMatchObject({ level, task: id })
    expect(entries[2]!.text).toContain(stoppedReason)
  })

  test('a service that says what is wrong, and of which task', () => {
    const message = `(service s) (task ${id}) (port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/tg/24fa95233f22f158) due to (reason Request timed out).`
    expect(serviceEntry({ createdAt: at(1), message })).toMatchObject({
      level: 'warn',
      text: '(task 01234567) (port 8080) is unhealthy in (target-group tg) due to (reason Request timed out).',
    })
  })

  test('a deployment that is under way has begun; one that failed has ended with its reason', () => {
    const move = {
      arn: 'a',
      id: 'ecs-svc/1',
      revision: 'arn:x/family:3',
      digest: undefined,
      createdAt: at(1),
    }
    const going = moveEntries({ ...move, status: 'IN_PROGRESS', reason: undefined, finishedAt: undefined })
    expect(going.map(({ text }) => text)).toEqual(['to family:3 begins (ecs-svc/1)'])
    const [, failed] = moveEntries({
      ...move,
      status: 'ROLLBACK_SUCCESSFUL',
      reason: 'threshold',
      finishedAt: at(2),
    })
    expect(failed).toMatchObject({ level: 'error', text: 'to family:3 ends: ROLLBACK_SUCCESSFUL: threshold' })
  })

  test('an alarm, a scaling, a run', () => {
    const HistoryData = JSON.stringify({
      newState: { stateValue: 'ALARM', stateReason: 'Threshold Crossed' },
    })
    const rang = alarmEntry({
      AlarmName: 'cpu',
      Timestamp: at(1),
      HistorySummary: 'Alarm updated from OK to ALARM',
      HistoryData,
    })
    expect(rang).toMatchObject({
      level: 'error',
      text: 'cpu: Alarm updated from OK to ALARM; Threshold Crossed',
    })
    expect(alarmEntry({ AlarmName: 'cpu', Timestamp: at(1), HistoryData: 'none' }).level).toBe('info')
    const scaled = { StartTime: at(1), Description: 'Setting desired count to 3.', Cause: 'alarm' } as const
    expect(scalingEntry({ ...scaled, StatusCode: 'Successful' } as never).text).toBe(
      'Setting desired count to 3; alarm',
    )
    expect(scalingEntry({ ...scaled, StatusCode: 'Failed', StatusMessage: 'no' } as never)).toMatchObject({
      level: 'warn',
      text: 'Setting desired count to 3; alarm; Failed: no',
    })
    const run: RunRecord = {
      name: 'x',
      time: at(1).toISOString(),
      runbook: 'deploy',
      environment: 'staging',
      dryRun: false,
      who: 'ana',
      outcome: 'failed',
      exitCode: 1,
      ms: 90_000,
      place: 's3',
    }
    expect(runEntries(run).map(({ at, level, text }) => [at.slice(14, 19), level, text])).toEqual([
      ['01:00', 'info', 'deploy begins, by ana'],
      ['02:30', 'error', 'deploy ends: failed, after 1m30s'],
    ])
    expect(runEntries({ ...run, outcome: 'killed', ms: undefined }).map(({ level }) => level)).toEqual([
      'error',
    ])
    expect(runEntries({ ...run, outcome: 'unfinished', ms: undefined })).toHaveLength(1)
  })

  test('of the log, what is trouble and the turns of a task', () => {
    const line = (message: string) =>
      lineEntry({ id: '1', at: at(1).getTime(), ingested: 0, stream: `a/b/${id}`, message, late: false })
    expect(line('{"level":"info","event":"request"}')).toEqual([])
    expect(line('{"_aws":{}}')).toEqual([])
    expect(line('{"level":"info","event":"serving"}')).toHaveLength(1)
    expect(line('Segmentation fault\n')).toMatchObject([
      { level: 'error', task: id, text: 'Segmentation fault' },
    ])
  })
})

describe('merge', () => {
  test('one order; at one moment what was decided first; and nothing from before', () => {
    const entry = (kind: Entry['kind'], minute: number): Entry => ({
      at: at(minute).toISOString(),
      kind,
      level: 'info',
      text: '',
    })
    const all = kinds.map((kind) => [entry(kind, 9), entry(kind, 5), entry(kind, 1)])
    const merged = merge(all.toReversed(), at(5).toISOString())
    expect(merged.map(({ kind, at }) => `${at.slice(14, 16)} ${kind}`)).toEqual([
      ...kinds.map((kind) => `05 ${kind}`),
      ...kinds.map((kind) => `09 ${kind}`),
    ])
  })
})

test('what may not be looked at is a gap by name and permission, and what may is told', async () => {
  const { aws } = account({})
  const run = {
    time: at(1).toISOString(),
    runbook: 'deploy',
    who: 'ana',
    outcome: 'done',
    ms: 1,
  } as RunRecord
  const watching = { ...run, runbook: 'monitor' }
  const { entries, gaps } = await collectTimeline({
    aws,
    stack: stackOf('staging'),
    since: at(0),
    signal: new AbortController().signal,
    runs: async () => [run, watching],
  })
  expect(entries.map(({ text }) => text)).toEqual(['deploy begins, by ana', 'deploy ends: done, after 1ms'])
  expect(gaps.map(({ kind }) => kind).sort()).toEqual(kinds.filter((kind) => kind !== 'runbook').sort())
  expect(gaps.find(({ kind }) => kind === 'alarm')?.permission).toBe('cloudwatch:describeAlarmHistory')
})

test('a service with more events than ECS remembers is told as far as it goes, and that it is not all', async () => {
  const events = Array.from({ length: 100 }, (_, i) => ({
    createdAt: at(30, i % 60),
    message: `(service s) ${i}`,
  }))
  const { aws } = account({
    'ecs:describeServices': () => ({ services: [{ status: 'ACTIVE', events }] }),
  })
  const { entries, gaps } = await collectTimeline({
    aws,
    stack: stackOf('staging'),
    since: at(0),
    signal: new AbortController().signal,
    runs: async () => [],
  })
  expect(entries).toHaveLength(100)
  expect(gaps.find(({ kind }) => kind === 'service')).toMatchObject({ partly: true })
  expect(gaps.find(({ kind }) => kind === 'alarm')?.partly).toBeUndefined()
})

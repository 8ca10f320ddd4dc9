import { describe, expect, test } from 'bun:test'
import manifest from '../../../package.json'
import { judgeVersion } from '../../../runbooks/checks/answers'
import { runCheck, type View } from '../../../runbooks/checks/check'
import { junit } from '../../../runbooks/checks/junit'
import { judgeCache, judgeDatabase } from '../../../runbooks/checks/parts'
import { judgeImages, judgeService, judgeTargets } from '../../../runbooks/checks/service'

const completed = [{ status: 'PRIMARY', rolloutState: 'COMPLETED' as const }]

describe('judgeService', () => {
  const cases = [
    ['steady', { status: 'ACTIVE', desiredCount: 2, runningCount: 2, deployments: completed }, 'ok'],
    [
      'shut down is not well',
      { status: 'ACTIVE', desiredCount: 0, runningCount: 0, deployments: completed },
      'failed',
    ],
    ['one short', { status: 'ACTIVE', desiredCount: 2, runningCount: 1, deployments: completed }, 'failed'],
    [
      'moving',
      { status: 'ACTIVE', desiredCount: 2, runningCount: 2, deployments: [...completed, ...completed] },
      'failed',
    ],
    ['missing', undefined, 'failed'],
  ] as const
  test.each(cases)('%s', (_name, service, status) => {
    expect(judgeService('s', service && { ...service, deployments: [...service.deployments] }).status).toBe(
      status,
    )
  })
})

describe('judgeTargets', () => {
  const target = (State: 'healthy' | 'unhealthy' | 'draining') => ({
    Target: { Id: '10.0.0.1' },
    TargetHealth: { State },
  })
  test('draining targets of old tasks do not count against the service', () => {
    expect(judgeTargets(1, [target('healthy'), target('draining')]).status).toBe('ok')
  })
  test('an unhealthy one does', () => {
    expect(judgeTargets(1, [target('healthy'), target('unhealthy')]).status).toBe('failed')
  })
  test('no desired task is no health', () => expect(judgeTargets(0, []).status).toBe('failed'))
})

test('judgeImages: a digest that is gone from the registry fails although tasks run it', () => {
  const tasks = [{ containers: [{ name: 'tria-aibpo-backend', imageDigest: 'sha256:1' }] }]
  expect(judgeImages('sha256:1', true, tasks).status).toBe('ok')
  expect(judgeImages('sha256:1', false, tasks).status).toBe('failed')
  expect(judgeImages('sha256:2', true, tasks).status).toBe('failed')
})

test('data stores must be encrypted, and Postgres not public', () => {
  const database = { DBInstanceStatus: 'available', StorageEncrypted: true, PubliclyAccessible: false }
  expect(judgeDatabase('d', database).status).toBe('ok')
  expect(judgeDatabase('d', { ...database, PubliclyAccessible: true }).status).toBe('failed')
  expect(judgeDatabase('d', { ...database, DBInstanceStatus: 'storage-full' }).status).toBe('failed')
  const cache = { Status: 'available', TransitEncryptionEnabled: true, AtRestEncryptionEnabled: true }
  expect(judgeCache('c', cache).status).toBe('ok')
  expect(judgeCache('c', { ...cache, TransitEncryptionEnabled: false }).status).toBe('failed')
})

test('runCheck: what could not be looked at is unknown, never ok', async () => {
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })
  const check = { id: 'x', title: 'X', run: () => Promise.reject(denied) }
  const result = await runCheck(check, { signal: new AbortController().signal } as View)
  expect(result.status).toBe('unknown')
  expect(result.evidence).toContain('AccessDeniedException')
})

test('junit: failures and errors are told apart and text cannot break the XML', () => {
  const xml = junit('verify.staging', [
    { id: 'a', title: 'A <&>', status: 'ok', evidence: 'fine', ms: 5 },
    { id: 'b', title: 'B', status: 'failed', evidence: '"broken"\u0000', ms: 1500 },
    { id: 'c', title: 'C', status: 'unknown', evidence: 'denied', ms: 1 },
  ])
  expect(xml).toContain('tests="3" failures="1" errors="1" time="1.500"')
  expect(xml).toContain('name="A &lt;&amp;&gt;"')
  expect(xml).toContain('<failure message="&quot;broken&quot; "/>')
})

describe('judgeVersion', () => {
  const answers = (version?: string) => ({
    status: version ? 200 : 503,
    headers: new Headers(),
    text: 'no',
    json: version ? { version } : undefined,
  })
  test.each([
    ['what was deployed answers, whatever this source is', answers('0.9.0'), '0.9.0', 'ok', 'version 0.9.0'],
    ['another one answers', answers('1.0.0'), '0.9.0', 'failed', 'deployed is 0.9.0, running is 1.0.0'],
    [
      'the revision does not say: this source',
      answers(manifest.version),
      undefined,
      'ok',
      `version ${manifest.version}`,
    ],
    [
      'nor is it this source',
      answers('0.9.0'),
      undefined,
      'failed',
      `package.json has ${manifest.version}, running is 0.9.0`,
    ],
    ['nothing answers', answers(), '0.9.0', 'failed', 'deployed is 0.9.0, HTTP 503 no'],
  ])('%s', (_name, answer, deployed, status, evidence) => {
    expect(judgeVersion(answer, deployed)).toEqual({ status: status as 'ok', evidence })
  })
})

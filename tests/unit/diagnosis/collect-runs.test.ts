import { afterAll, describe, expect, test } from 'bun:test'
import { lookAtPipeline, pipelineFrom } from '../../../runbooks/diagnosis/collect/pipeline'
import { lookAtRoles } from '../../../runbooks/diagnosis/collect/roles'
import { lookAtRuns } from '../../../runbooks/diagnosis/collect/runs'
import { diagnose } from '../../../runbooks/diagnosis/judge'
import type { Part, Snapshot } from '../../../runbooks/diagnosis/snapshot'
import { account } from '../account'
import { at } from './growing'
import { recorded } from './world'

const whatWasSeen = <T>(part: Part<T>): T => {
  if (!('value' in part)) throw new Error(part.reason)
  return part.value
}

describe('the journal', () => {
  const minutes = (ago: number) => new Date(Date.now() - ago * 60_000).toISOString()
  const key = (ago: number, runbook: string) =>
    `journal/${minutes(ago).replaceAll(':', '-')}-${runbook}.jsonl`
  const journal = (runbook: string, more: object = {}, exitCode = 1) =>
    [
      { type: 'start', runbook, environment: 'staging', dryRun: false, at: minutes(9), ...more },
      { type: 'step.finished', title: 'Plan', outcome: 'done' },
      { type: 'step.finished', title: 'Apply the plan', outcome: 'failed' },
      { type: 'error', message: 'no: sk-abcdefghijklmnopqrstuv', detail: ['beneath'], exitCode },
      { type: 'result', runbook, exitCode },
    ]
      .map((event) => JSON.stringify(event))
      .join('\n')

  /** A bucket with these journals. */
  function bucket(journals: Record<string, string>) {
    return account({
      's3:listObjectsV2': ({ StartAfter }) => ({
        Contents: Object.keys(journals)
          .filter((Key) => Key > StartAfter)
          .map((Key) => ({ Key })),
      }),
      's3:getObject': ({ Key }) => ({ Body: { transformToString: async () => journals[Key] }, ETag: '1' }),
    })
  }

  test('of a day, the newest that change something here; a secret in a message is not kept', async () => {
    const { aws } = bucket({
      [key(30 * 60, 'deploy')]: journal('deploy'),
      [key(50, 'deploy')]: journal('deploy', { environment: 'production' }),
      [key(40, 'deploy')]: journal('deploy', { dryRun: true }),
      [key(30, 'verify')]: journal('verify'),
      [key(20, 'rollback')]: journal('rollback', {}, 0),
      [key(10, 'deploy')]: `${journal('deploy')}\n{"type":"step.fin`,
    })
    const runs = whatWasSeen(await lookAtRuns(at(aws)))
    expect(runs.map(({ runbook, exitCode }) => [runbook, exitCode])).toEqual([
      ['deploy', 1],
      ['rollback', 0],
    ])
    expect(runs[0]).toMatchObject({ step: 'Apply the plan', detail: ['beneath'] })
    expect(runs[0]!.error).not.toContain('sk-abcdef')
  })

  test('a thousand journals are one page, and four are read', async () => {
    const many = Array.from({ length: 1_000 }, (_, i) => [key(i + 1, 'deploy'), journal('deploy')])
    const { aws, calls } = bucket(Object.fromEntries(many))
    expect(whatWasSeen(await lookAtRuns(at(aws)))).toHaveLength(4)
    expect(calls).toHaveLength(5)
  })

  test('no bucket yet is no run; a bucket that may not be read is a gap', async () => {
    const none = account({
      's3:listObjectsV2': () => {
        throw Object.assign(new Error('none'), { name: 'NoSuchBucket' })
      },
    })
    expect(whatWasSeen(await lookAtRuns(at(none.aws)))).toEqual([])
    expect(await lookAtRuns(at(account({}).aws))).toMatchObject({ permission: 's3:listObjectsV2' })
  })
})

describe('the roles', () => {
  const arn = 'arn:aws:iam::1:role/start'
  const revisions = Promise.resolve({
    value: [{ executionRole: arn, taskRole: 'arn:aws:iam::1:role/task' }] as never,
    command: '',
  })
  const document = (action: string) =>
    encodeURIComponent(JSON.stringify({ Statement: { Effect: 'Allow', Action: action, Resource: '*' } }))
  const trust = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' } }],
  })

  test("the execution role's policies are read, inline and attached; the task role has only to be there", async () => {
    const { aws, calls } = account({
      'iam:getRole': () => ({ Role: { AssumeRolePolicyDocument: encodeURIComponent(trust) } }),
      'iam:listRolePolicies': () => ({ PolicyNames: ['own'] }),
      'iam:listAttachedRolePolicies': () => ({ AttachedPolicies: [{ PolicyArn: 'arn:policy' }] }),
      'iam:getRolePolicy': () => ({ PolicyDocument: document('ecr:*') }),
      'iam:getPolicy': () => ({ Policy: { DefaultVersionId: 'v3' } }),
      'iam:getPolicyVersion': ({ VersionId }) => ({
        PolicyVersion: { Document: document(`logs:${VersionId}`) },
      }),
    })
    const [start, task] = whatWasSeen(await lookAtRoles(at(aws), revisions))
    expect(start).toMatchObject({ exists: true, trusts: ['ecs-tasks.amazonaws.com'] })
    expect(start!.statements!.map(({ Action }) => Action)).toEqual(['ecr:*', 'logs:v3'])
    expect(task!.statements).toBeUndefined()
    expect(calls).toHaveLength(7)
  })

  test('policies that may not be read are a gap with the permission, and never well', async () => {
    const { aws } = account({ 'iam:getRole': () => ({ Role: { AssumeRolePolicyDocument: trust } }) })
    const snapshot: Snapshot = recorded('healthy')
    snapshot.parts.roles = await lookAtRoles(at(aws), revisions)
    const { findings, gaps } = diagnose(snapshot)
    expect(findings).toEqual([])
    expect(gaps).toMatchObject([
      { part: 'roles', permission: 'iam:listRolePolicies', hides: ['role-lacks-permission'] },
    ])
  })
})

describe('the pipeline', () => {
  const asked: { path: string; token: string | null }[] = []
  const logs = Bun.serve({
    port: 0,
    fetch(request) {
      asked.push({ path: 'logs', token: request.headers.get('authorization') })
      return new Response(
        'fine\n2026-11-23T12:00:00Z ##[error]Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity\n##[error]bearer abcdefghijklmnopqrst\n',
      )
    },
  })
  let conclusion = 'failure'
  const github = Bun.serve({
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url)
      asked.push({ path: pathname, token: request.headers.get('authorization') })
      if (pathname.endsWith('/actions/runs'))
        return Response.json({
          workflow_runs: [
            {
              id: 7,
              html_url: 'https://github.com/a/b/actions/runs/7',
              path: '.github/workflows/aws-cicd.yml',
              created_at: '2026-11-23T12:00:00Z',
              conclusion,
            },
          ],
        })
      if (pathname.endsWith('/runs/7/jobs'))
        return Response.json({
          jobs: [
            { id: 1, name: 'test', conclusion: 'success' },
            {
              id: 2,
              name: 'deploy',
              conclusion: 'failure',
              steps: [
                { name: 'Check out', conclusion: 'success' },
                { name: 'Assume the role', conclusion: 'failure' },
              ],
            },
          ],
        })
      return Response.redirect(`http://127.0.0.1:${logs.port}/signed`, 302)
    },
  })
  afterAll(() => {
    github.stop(true)
    logs.stop(true)
  })
  const env = {
    GITHUB_TOKEN: 'ghs_0000000000000000000000000000000000000000',
    GITHUB_API_URL: `http://127.0.0.1:${github.port}`,
    GITHUB_REPOSITORY: 'a/b',
  }
  const place = () => ({ ...at(account({}).aws), pipeline: pipelineFrom(env, undefined) })

  test('where the last run failed, in the lines that GitHub marks; the token does not go where the log is', async () => {
    const seen = whatWasSeen(await lookAtPipeline(place()))
    expect(seen).toMatchObject({
      conclusion: 'failure',
      workflow: 'aws-cicd.yml',
      job: 'deploy',
      step: 'Assume the role',
    })
    expect(seen!.lines).toEqual([
      'Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      'bearer [secret]',
    ])
    expect(asked.filter(({ path }) => path === 'logs')).toEqual([{ path: 'logs', token: null }])
    expect(asked.filter(({ path }) => path !== 'logs').every(({ token }) => token?.endsWith('0'))).toBe(true)
    const snapshot = recorded('healthy')
    snapshot.parts.pipeline = { value: seen, command: 'gh run list' }
    expect(diagnose(snapshot).findings.map(({ id, confidence }) => [id, confidence])).toEqual([
      ['pipeline-role-refused', 'likely'],
    ])
  })

  test('a run that went well is asked no further', async () => {
    asked.length = 0
    conclusion = 'success'
    expect(whatWasSeen(await lookAtPipeline(place()))).toMatchObject({ conclusion: 'success', lines: [] })
    expect(asked).toHaveLength(1)
  })

  test('GitHub that refuses the token is a gap; no token, or no repository, is nothing at all', async () => {
    const nowhere = { ...env, GITHUB_API_URL: 'http://127.0.0.1:1' }
    const part = await lookAtPipeline({ ...place(), pipeline: pipelineFrom(nowhere, undefined) })
    expect('reason' in part).toBe(true)
    expect(pipelineFrom({ ...env, GITHUB_TOKEN: undefined }, 'a/b')).toBeUndefined()
    expect(pipelineFrom({ ...env, GITHUB_REPOSITORY: 'a/b/../c' }, undefined)).toBeUndefined()
    expect(whatWasSeen(await lookAtPipeline(at(account({}).aws)))).toBeNull()
  })
})

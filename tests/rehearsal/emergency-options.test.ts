import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { RDS } from '@aws-sdk/client-rds'
import { WAFV2 } from '@aws-sdk/client-wafv2'
import type { Aws } from '../../runbooks/aws/clients'
import { startDeployment } from '../../runbooks/aws/service'
import { recover } from '../../runbooks/deployment/conclusion'
import { follow } from '../../runbooks/deployment/follow'
import { type SmallStack, smallStack } from './small-stack'
import { Workspace } from './support'

setDefaultTimeout(180_000)

let workspace: Workspace
let small: SmallStack

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  small = await smallStack(workspace.env, { tasks: 2, cache: true })
  await small.healthy()
})

afterAll(() => workspace?.close())

const shutdown = (...flags: string[]) => workspace.runbook('emergency-shutdown', ...flags)
/** By names that are not the environment's: the small stack has neither database nor alarms for `verify` to look at. */
const restore = (...flags: string[]) => {
  const { cluster, service } = small.stack
  return workspace.runbook(
    'emergency-restore',
    '--environment',
    'other',
    '--cluster',
    cluster,
    '--service',
    service,
    ...flags,
  )
}
const settings = () => ({
  endpoint: workspace.env.AWS_ENDPOINT_URL!,
  region: workspace.env.AWS_REGION!,
  credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
})
const tagsNow = async () =>
  Object.fromEntries(((await small.service()).tags ?? []).map(({ key, value }) => [key, value]))

/** Asks again and again until told to stop; what was answered, in order, repetitions left out. */
function watch() {
  const seen: string[] = []
  let on = true
  const watching = (async () => {
    while (on) {
      const answer = await fetch(`${small.address}/health`).catch(() => undefined)
      const text = await answer?.text()
      const from = text?.includes('Back soon') ? 'page' : answer?.status === 200 ? 'chatbot' : 'nobody'
      const line = `${answer?.status} ${from}${answer?.headers.get('retry-after') ? ' retry-after' : ''}`
      if (seen.at(-1) !== line) seen.push(line)
      await Bun.sleep(20)
    }
  })()
  return async () => {
    on = false
    await watching
    return seen
  }
}

describe('emergency-shutdown --maintenance', () => {
  test('a page with 503 and Retry-After stands until targets are healthy again; nobody gets an error of another kind', async () => {
    const waf = new WAFV2(settings())
    expect((await shutdown('--maintenance')).exitCode).toBe(0)
    const answer = await fetch(`${small.address}/api/anything`, { method: 'POST' })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('300')
    expect(await answer.text()).toContain('Back soon')

    const watched = watch()
    expect((await restore()).exitCode).toBe(0)
    const seen = await watched()
    // While the web ACL goes before the rule, the page may be seen for a moment without its header.
    expect(seen.filter((line) => line !== '503 page')).toEqual(['503 page retry-after', '200 chatbot'])
    expect((await waf.listWebACLs({ Scope: 'REGIONAL' })).WebACLs).toEqual([])
    expect(await tagsNow()).toEqual({})
  })

  test("the load balancer's own web ACL comes back", async () => {
    const waf = new WAFV2(settings())
    const visibility = { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: false, MetricName: 'own' }
    const { Summary } = await waf.createWebACL({
      Name: 'own',
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      VisibilityConfig: visibility,
    })
    const { LoadBalancers } = await small.elb.describeLoadBalancers({ Names: [small.stack.loadBalancer] })
    const ResourceArn = LoadBalancers![0]!.LoadBalancerArn!
    await waf.associateWebACL({ WebACLArn: Summary!.ARN!, ResourceArn })
    expect((await shutdown('--maintenance')).exitCode).toBe(0)
    expect((await shutdown('--maintenance')).exitCode).toBe(0)
    expect((await fetch(small.address)).headers.get('retry-after')).toBe('300')
    expect((await restore()).exitCode).toBe(0)
    expect((await waf.getWebACLForResource({ ResourceArn })).WebACL?.Name).toBe('own')
    expect((await fetch(`${small.address}/health`)).status).toBe(200)
    await waf.disassociateWebACL({ ResourceArn })
  })
})

describe('emergency-shutdown --model-only', () => {
  let asked = 0
  /** Who answered ten questions that nobody asked before: the model's name, or `extractive`. */
  async function answeredBy(): Promise<unknown[]> {
    const answers = Array.from({ length: 10 }, async () => {
      const message = `How long does shipping of ${++asked} parcels take?`
      const response = await fetch(`${small.address}/api/chatbot`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message, session_id: `s${asked}` }),
      })
      expect(response.status).toBe(200)
      return ((await response.json()) as { metadata: { model?: string } }).metadata.model
    })
    return [...new Set(await Promise.all(answers))]
  }

  test('every replica answers from the documents, no task is replaced, and restore brings the model back', async () => {
    expect(await answeredBy()).toEqual(['gpt-4.1-mini'])
    const before = await small.service()
    expect((await shutdown('--model-only')).exitCode).toBe(0)
    expect(await answeredBy()).toEqual(['extractive'])
    const after = await small.service()
    expect(after.taskDefinition).toBe(before.taskDefinition)
    expect(after.runningCount).toBe(2)
    expect((await shutdown('--model-only')).exitCode).toBe(0)
    expect((await restore()).exitCode).toBe(0)
    expect(await answeredBy()).toEqual(['gpt-4.1-mini'])
    expect(await tagsNow()).toEqual({})
  })

  test('where the server has no such switch, a revision without the key does it, and no request fails', async () => {
    const was = (await small.service()).taskDefinition!
    const revision = await small.revision({}, { without: ['ADMIN_TOKEN'] })
    await small.ecs.updateService({
      cluster: small.stack.cluster,
      service: small.stack.service,
      taskDefinition: revision,
    })
    await small.settled()
    const watched = watch()
    expect((await shutdown('--model-only')).exitCode).toBe(0)
    expect(await answeredBy()).toEqual(['extractive'])
    expect((await restore()).exitCode).toBe(0)
    expect(await answeredBy()).toEqual(['gpt-4.1-mini'])
    expect(await watched()).toEqual(['200 chatbot'])
    expect((await small.service()).taskDefinition).toBe(revision)
    await small.ecs.updateService({
      cluster: small.stack.cluster,
      service: small.stack.service,
      taskDefinition: was,
    })
    await small.settled()
  })
})

describe('emergency-shutdown --data-stores', () => {
  test('stops the database, says when AWS starts it again, and restore starts it before the tasks', async () => {
    const rds = new RDS(settings())
    const id = small.stack.database
    const status = async () =>
      (await rds.describeDBInstances({ DBInstanceIdentifier: id })).DBInstances![0]!.DBInstanceStatus
    await rds.createDBInstance({
      DBInstanceIdentifier: id,
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'tria_admin',
      MasterUserPassword: 'a-password-of-a-small-stack',
    })
    for (const deadline = Date.now() + 60_000; (await status()) !== 'available'; await Bun.sleep(300)) {
      if (Date.now() > deadline) throw new Error('The database never came up')
    }
    const run = await shutdown('--data-stores')
    expect(run.exitCode).toBe(0)
    expect(await status()).toBe('stopped')
    expect(await tagsNow()).toMatchObject({ 'tria:shutdown-database': id })
    const said = run.events.find(({ type, text }) => type === 'warning' && /by itself/.test(text))!.text
    const date = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString().slice(0, 10)
    expect(said).toContain(date)

    const since = new Date()
    expect((await restore()).exitCode).toBe(0)
    expect(await status()).toBe('available')
    const calls = (await workspace.calls(since)).map(({ call }) => call)
    expect(calls.indexOf('rds:StartDBInstance')).toBeGreaterThan(-1)
    expect(calls.indexOf('rds:StartDBInstance')).toBeLessThan(calls.indexOf('ecs:UpdateService'))
    expect(await tagsNow()).toEqual({})
  })
})

describe('emergency-shutdown during a deploy', () => {
  test('wins: the deploy ends as failed and brings nothing back, and restore runs the revision that served', async () => {
    const { stack } = small
    const served = (await small.service()).taskDefinition!
    const next = await small.revision({ VERSION: 'next' })
    const aws = {
      ecs: async () => small.ecs,
      logs: async () => ({ getLogEvents: async () => ({}) }),
    } as unknown as Aws
    const deployment = await startDeployment(aws, stack, next)
    const step = { waiting() {}, line() {}, signal: new AbortController().signal }
    const following = follow(aws, stack, deployment, step, { timeoutMinutes: 2, everyMs: 200 })
    expect((await shutdown()).exitCode).toBe(0)
    const outcome = await following
    expect(outcome.ended).toBe('shut down')

    const untouched = { change: () => Promise.reject(new Error('It was brought back')) }
    const failed = await recover(untouched as never, aws, stack, {
      before: { service: {}, standing: { taskDefinition: served, image: '', commit: null } },
      to: { taskDefinition: next, image: '', commit: null },
      deployment,
      outcome,
      cause: 'it',
      keep: false,
      timeout: 1,
    })
    expect(failed.exitCode).toBe(1)
    expect(failed.next).toContain('emergency-restore')
    expect((await small.service()).desiredCount).toBe(0)

    expect((await restore()).exitCode).toBe(0)
    const now = await small.service()
    expect(now).toMatchObject({ taskDefinition: served, desiredCount: 2, runningCount: 2 })
  })
})

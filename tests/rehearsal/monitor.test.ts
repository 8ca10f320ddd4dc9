import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { EC2 } from '@aws-sdk/client-ec2'
import { S3 } from '@aws-sdk/client-s3'
import { SNS } from '@aws-sdk/client-sns'
import { stateBucket } from '../../runbooks/aws/stack'
import { screenOf } from '../unit/core/screen'
import { notAllowed, offeredPolicy } from './policy'
import { type SmallStack, smallStack } from './small-stack'
import { type Run, Workspace } from './support'

setDefaultTimeout(120_000)

/** The server tells its own counts every few seconds, so that nobody waits a minute for them. */
const variables = { EMF_SECONDS: '2' }
let workspace: Workspace
let small: SmallStack

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  small = await smallStack(workspace.env, { tasks: 1, complete: true, variables })
  await small.healthy()
  await small.settled()
})

afterAll(() => workspace?.close())

const topic = () => `arn:aws:sns:${small.settings.region}:123456789012:${small.stack.alerts}`
const once = (...flags: string[]) => workspace.runbook('monitor', '--once', ...flags)
const metric = (run: Run, id: string) => run.data.metrics.find((one: any) => one.id === id)
const withStatus = (run: Run, status: string) =>
  run.data.metrics.filter((one: any) => one.status === status).map(({ id }: any) => id)

/** Looks until it is so, as metrics come when they come. */
async function until(is: (run: Run) => boolean, ...flags: string[]): Promise<Run> {
  for (const deadline = Date.now() + 60_000; ; await Bun.sleep(500)) {
    const run = await once(...flags)
    if (is(run)) return run
    if (Date.now() > deadline) throw new Error(JSON.stringify(run.data, null, 1))
  }
}

describe('monitor --once', () => {
  test('a healthy environment: every metric with its value, nothing over, nothing that has a threshold unknown', async () => {
    for (let question = 0; question < 6; question++) {
      await fetch(`${small.address}/api/chatbot`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message: 'What is your refund policy?', session_id: `monitor-${question}` }),
      })
    }
    const run = await until(
      (it) =>
        it.exitCode === 0 &&
        metric(it, 'answers-cached').value !== null &&
        metric(it, 'latency-p99').value !== null,
    )
    expect(withStatus(run, 'over')).toEqual([])
    // There is no Terraform state to be priced.
    expect(withStatus(run, 'unknown')).toEqual(['cost-so-far', 'cost-month'])
    expect(metric(run, 'answers-cached').value).toBeCloseTo((100 * 5) / 6, 1)
    expect(metric(run, 'latency-p99').value).toBeGreaterThanOrEqual(metric(run, 'latency-p50').value)
    expect(metric(run, 'model-spending').value).toBeGreaterThan(0)
    expect(metric(run, 'rds-connections').threshold).toBe(78)
    expect(run.data.alarms.map(({ name }: any) => name)).toEqual([`${small.stack.prefix}-cpu`])
    expect(run.data.service).toMatchObject({ desired: 1, running: 1, taskDefinition: small.firstRevision })
  })

  test('what stands costs what its list prices say, by the state that Terraform left', async () => {
    const resources = ['aws_eip', 'aws_nat_gateway'].map((type) => ({
      mode: 'managed',
      type,
      name: 'main',
      instances: [{ index_key: 0, attributes: { id: 'x', domain: 'vpc', connectivity_type: 'public' } }],
    }))
    const Key = small.stack.stateKey
    const Bucket = stateBucket('123456789012', small.settings.region)
    const s3 = new S3({ ...small.settings, forcePathStyle: true })
    await s3.putObject({
      Bucket,
      Key,
      Body: JSON.stringify({ version: 4, serial: 1, lineage: 'a', outputs: {}, resources }),
    })
    const run = await once()
    // An address by the hour, a gateway by the hour, and 10 GB through it: the small usage profile.
    const hours = 730 * (0.005 + 0.045)
    expect(metric(run, 'cost-month').value).toBeCloseTo(hours + 10 * 0.045, 1)
    expect(metric(run, 'cost-so-far').value).toBeLessThan(metric(run, 'cost-month').value)
    await s3.deleteObject({ Bucket, Key })
  })

  test('its journal is in the bucket when it ends, and nobody has waited to ask whether there is one', async () => {
    const s3 = new S3({ ...small.settings, forcePathStyle: true })
    const Bucket = stateBucket('123456789012', small.settings.region)
    const journals = async () =>
      ((await s3.listObjectsV2({ Bucket, Prefix: 'journal/' })).Contents ?? []).map(({ Key }) => Key!)
    const before = await journals()
    await workspace.fault({ call: 's3:HeadBucket', delay: 20_000 })
    await once()
    await workspace.clearFaults()
    const [Key, ...more] = (await journals()).filter((key) => !before.includes(key))
    expect(more).toEqual([])
    const text = await (await s3.getObject({ Bucket, Key })).Body!.transformToString()
    expect(text).toContain('"type":"who","account":"123456789012"')
    expect(text.trim().split('\n').at(-1)).toContain('"type":"result"')
  })

  test('asks CloudWatch once, for several environments too, and changes nothing', async () => {
    const since = new Date()
    const run = await once('--also', 'production')
    const calls = (await workspace.calls(since))
      .map(({ call }) => call)
      .filter((call) => !/^s3:(Put|List|Head)/.test(call))
    expect(calls.filter((call) => call.endsWith(':GetMetricData')).length).toBe(1)
    expect(calls.filter((call) => !/:(Describe|Get)/.test(call))).toEqual([])
    expect(calls.length).toBeLessThan(25)
    // What is not there is not well, and it is the one to be looked into.
    expect(run.exitCode).toBe(3)
    const { next } = run.events.find(({ type }) => type === 'error')!
    expect(next).toBe('bun runbooks/troubleshoot.ts --environment production')
    const of = (environment: string) =>
      run.data.environments.find((one: any) => one.environment === environment)
    expect(of('production').metrics.every(({ status }: any) => status === 'unknown')).toBe(true)
    expect(of('staging').metrics.find(({ id }: any) => id === 'tasks-running').value).toBe(1)
  })

  test('--report writes a page with a chart of each metric, and what happened', async () => {
    const file = join(workspace.dir, 'report.html')
    const run = await once('--report', file)
    expect(run.exitCode).toBe(0)
    const page = await Bun.file(file).text()
    expect(page).toContain('Nothing is over its threshold')
    expect(page.split('<svg').length - 1).toBeGreaterThan(10)
    expect(page).toContain('has reached a steady state.')
    expect((await once('--report', '/nowhere/report.html')).exitCode).toBe(2)
  })

  test('what is denied is unknown, with the permission, and never well; what is throttled is asked again', async () => {
    await workspace.fault({ call: 'monitoring:GetMetricData', kind: 'denied' })
    await workspace.fault({ call: 'ecs:DescribeServices', kind: 'throttled', times: 2 })
    try {
      const run = await once()
      expect(run.exitCode).toBe(3)
      expect(withStatus(run, 'over')).toEqual([])
      expect(withStatus(run, 'unknown')).toContain('ecs-cpu')
      expect(metric(run, 'ecs-cpu').why).toContain('cloudwatch:GetMetricData')
      expect(metric(run, 'tasks-running')).toMatchObject({ status: 'ok', value: 1 })
    } finally {
      await workspace.clearFaults()
    }
  })

  test('a load balancer that was made anew is found, whatever was remembered of the last one', async () => {
    const file = `${workspace.env.TRIA_RUNBOOKS_DIR}/monitor/staging.us-east-1.json`
    const memory = await Bun.file(file).json()
    await Bun.write(
      file,
      JSON.stringify({
        ...memory,
        balancerArn: `${memory.balancerArn}0`,
        targetGroupArn: `${memory.targetGroupArn}0`,
      }),
    )
    const run = await once()
    expect(run.exitCode).toBe(0)
    expect(metric(run, 'targets-healthy').value).toBe(1)
    expect(metric(run, 'requests').status).toBe('ok')
    expect(await Bun.file(file).json()).toEqual(memory)
  })

  test('a service that is scaled to zero, and the 503s that its callers get, are over', async () => {
    const { cluster, service } = small.stack
    await small.ecs.updateService({ cluster, service, desiredCount: 0 })
    const answers: number[] = []
    const run = await until((it) => {
      void Promise.all(
        Array.from({ length: 10 }, async () => answers.push((await fetch(small.address)).status)),
      )
      return metric(it, 'alb-5xx').over && metric(it, 'tasks-running').over
    })
    expect(answers).toContain(503)
    expect(run.exitCode).toBe(3)
    expect(withStatus(run, 'over')).toContain('targets-healthy')
    expect(metric(run, 'alb-5xx').action).toBe('Check application logs')
    expect(metric(run, 'alb-5xx').value).toBeGreaterThan(1)
    await small.ecs.updateService({ cluster, service, desiredCount: 1 })
    await small.healthy()
  })
})

describe('monitor alarms', () => {
  const alarms = (...flags: string[]) => workspace.runbook('monitor', 'alarms', ...flags)
  const kinds = (run: Run, alarm: string) =>
    run.data.findings.filter((one: any) => one.alarm === alarm).map(({ kind }: any) => kind)
  const cpu = () => `${small.stack.prefix}-ecs-cpu-high`

  test('names what is missing, what differs, and what speaks to nobody', async () => {
    const run = await alarms()
    expect(run.exitCode).toBe(3)
    expect(kinds(run, cpu())).toEqual(['missing'])
    // The topic it speaks to is not there.
    expect(kinds(run, `${small.stack.prefix}-cpu`)).toEqual(['unheard'])
    await new CloudWatch(small.settings).putMetricAlarm({
      AlarmName: cpu(),
      AlarmActions: [topic()],
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      Dimensions: [{ Name: 'ClusterName', Value: small.stack.cluster }],
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 95,
      ComparisonOperator: 'GreaterThanThreshold',
    })
    const has = (it: Run, alarm: string) => it.data.alarms.find(({ name }: any) => name === alarm).data
    let after = await alarms()
    // The first value comes some seconds after the task.
    while (!has(after, `${small.stack.prefix}-cpu`)) after = await alarms()
    expect(has(after, cpu())).toBe(false)
    expect(kinds(after, cpu())).toEqual(['differs', 'unheard'])
  })

  test('--test-alert: the alert arrives where somebody listens; a dry run sends none', async () => {
    const heard: any[] = []
    const door = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        heard.push(await request.json())
        return new Response('ok')
      },
    })
    const sns = new SNS(small.settings)
    await sns.createTopic({ Name: small.stack.alerts })
    await sns.subscribe({
      TopicArn: topic(),
      Protocol: 'http',
      Endpoint: `http://127.0.0.1:${door.port}/a-key`,
    })
    await workspace.aws(
      ...['chatbot', 'create-slack-channel-configuration', '--configuration-name', small.stack.alerts],
      ...['--slack-team-id', 'T0REHEARSAL', '--slack-channel-id', 'C0000ALARMS', '--sns-topic-arns', topic()],
      ...['--iam-role-arn', 'arn:aws:iam::123456789012:role/slack'],
    )
    const inSlack = async () =>
      (await fetch(`${workspace.endpoint}/_rehearsal/slack`).then((answer) => answer.json())) as any[]
    const messages = () =>
      heard.filter(({ Type }) => Type === 'Notification').map(({ Message }) => JSON.parse(Message))

    const planned = await alarms('--test-alert', '--dry-run')
    expect([...messages(), ...(await inSlack())]).toEqual([])
    expect(planned.data.findings.some(({ kind }: any) => kind === 'unheard')).toBe(false)
    const run = await alarms('--test-alert')
    expect(run.data.tested.alarm).toBe(cpu())
    expect(messages()[0]).toMatchObject({ AlarmName: cpu(), NewStateValue: 'ALARM' })
    expect(messages()[0].NewStateReason).toContain('nothing is wrong')
    const [told] = await inSlack()
    expect(told).toMatchObject({ channel: 'C0000ALARMS', message: messages()[0] })
    // A key in an address is shown nowhere.
    expect(run.stdout).not.toContain('a-key')
    await door.stop(true)
  })
})

describe('monitor --maintenance', () => {
  const list = (name: string) => workspace.runbook('monitor', '--maintenance', name)
  const check = (run: Run, id: string) => run.data.checks.find((one: any) => one.id === id)
  const texts = (run: Run, id: string) => check(run, id).findings.map(({ text }: any) => text)

  test('weekly: errors by kind, storage, and spending against the week before', async () => {
    const logs = new CloudWatchLogs(small.settings)
    const place = { logGroupName: small.stack.logGroup, logStreamName: 'app/by-hand' }
    await logs.createLogStream(place)
    const said = ['model_failed', 'database_away', 'model_failed'].map((event) =>
      JSON.stringify({ level: 'error', event }),
    )
    await logs.putLogEvents({
      ...place,
      logEvents: said.map((message) => ({ timestamp: Date.now(), message })),
    })
    const run = await list('weekly')
    expect(run.exitCode).toBe(3)
    expect(texts(run, 'errors').some((text: string) => text.startsWith('2 × model_failed'))).toBe(true)
    expect(check(run, 'storage')).toMatchObject({ status: 'ok' })
    // The bill of a rehearsal is the same every day.
    expect(check(run, 'spending')).toMatchObject({ status: 'ok', findings: [] })
    expect(check(run, 'spending').evidence).toMatch(/^\$3\d\.\d\d in the last seven days, \$0\.0\d more/)
  })

  test('monthly: vulnerable dependencies; what is paid for and not used, gone when it was removed as it says', async () => {
    const ec2 = new EC2(small.settings)
    const { PublicIp } = await ec2.allocateAddress({ Domain: 'vpc' })
    await new CloudWatchLogs(small.settings).createLogGroup({ logGroupName: '/ecs/tria-aibpo-gone' })
    // A registry that knows of something, as npm's would tell it.
    const asked: Record<string, string[]>[] = []
    const advisory = {
      id: 1,
      title: 'A hole',
      severity: 'high',
      url: 'https://a.b/GHSA-x',
      vulnerable_versions: '<99',
    }
    const registry = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        asked.push(JSON.parse(new TextDecoder().decode(Bun.gunzipSync(await request.arrayBuffer()))))
        return Response.json(asked.length === 1 ? { elysia: [advisory] } : {})
      },
    })
    const env = { BUN_CONFIG_REGISTRY: registry.url.href }
    const monthly = () =>
      workspace.exec(['bun', 'runbooks/monitor.ts', '--yes', '--json', '--maintenance', 'monthly'], { env })
    const run = await monthly()
    expect(texts(run, 'dependencies')).toEqual(['elysia <99 (high): A hole https://a.b/GHSA-x'])
    const { version } = await Bun.file(join(workspace.dir, 'node_modules/elysia/package.json')).json()
    expect(asked[0]!.elysia).toEqual([version])
    const mine = (it: Run) =>
      texts(it, 'unused').filter((text: string) => text.includes(PublicIp!) || text.includes('-gone'))
    expect(run.exitCode).toBe(3)
    expect(mine(run).length).toBe(2)
    for (const { text, fix } of check(run, 'unused').findings)
      if (mine(run).includes(text)) await workspace.must(['sh', '-c', fix])
    const after = await monthly()
    expect(mine(after)).toEqual([])
    expect(check(after, 'dependencies')).toMatchObject({ status: 'ok', evidence: 'no known vulnerability' })
    await registry.stop(true)
  })
})

test('a mistyped environment is none, whatever is asked of it: nobody is led to deploy it', async () => {
  for (const asked of [['logs'], ['--timeline'], ['alarms'], ['--once']]) {
    const run = await workspace.runbook('monitor', ...asked, '--environment', 'stagng')
    expect(run.exitCode).toBe(1)
    const said = run.events.find(({ type }) => type === 'error')!
    expect(said.next).toBe(`bun runbooks/monitor.ts ${asked.join(' ')} --environment staging`)
  }
})

test('the policy that setup offers allows every call of a look', async () => {
  const since = new Date()
  await once()
  await workspace.runbook('monitor', 'alarms', '--test-alert')
  for (const list of ['weekly', 'monthly']) await workspace.runbook('monitor', '--maintenance', list)
  const calls = await workspace.calls(since)
  expect(notAllowed(calls, offeredPolicy(join(workspace.dir, 'terraform/bootstrap/policies')))).toEqual([])
})

describe('the board', () => {
  test('without a terminal it is a usage error, which says how to look', async () => {
    const run = await workspace.exec(['bun', 'runbooks/monitor.ts'])
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toContain('--once')
  })

  test('goes on through lost calls, follows a resize, and Ctrl-C leaves the terminal as it was', async () => {
    const board = openBoard('--interval', '2')
    await board.shows(/Tasks running +1 /)
    await workspace.fault({ call: '*:*', kind: 'unavailable' })
    await board.shows(/no answer for \d+ s/)
    expect(board.screen().some((line) => /Tasks running +1 /.test(line))).toBe(true)
    await workspace.clearFaults()
    await board.shows(/every 2 s/, (screen) => !screen.some((line) => line.includes('no answer')))
    board.terminal.resize(60, 14)
    await board.shows(/the window is too low/)
    board.terminal.write('\x03')
    expect(await board.exited).toBe(130)
    // One alternate screen, left for good; the cursor, wrapping and echo are back.
    expect(board.written().split('\x1b[?1049h').length).toBe(2)
    expect(board.written().split('\x1b[?1049l').length).toBe(2)
    expect(board.written().lastIndexOf('\x1b[?25h')).toBeGreaterThan(board.written().lastIndexOf('\x1b[?25l'))
    const left = board.written().slice(board.written().indexOf('\x1b[?1049l'))
    expect(left).not.toContain('\x1b[H')
    const stty = (when: string) => Bun.file(join(workspace.dir, `${when}.stty`)).text()
    expect(await stty('after')).toBe(await stty('before'))
  })

  test('q ends it, as done', async () => {
    const board = openBoard()
    await board.shows(/Tasks running +1 /)
    board.terminal.write('q')
    expect(await board.exited).toBe(0)
  })
})

/** The board on a terminal of its own. */
function openBoard(...flags: string[]) {
  let written = ''
  const decoder = new TextDecoder()
  // As in a shell, which shows afterwards how the terminal was left.
  const script = 'stty -g > before.stty; "$@"; code=$?; stty -g > after.stty; exit $code'
  const child = Bun.spawn(['sh', '-c', script, 'sh', process.execPath, 'runbooks/monitor.ts', ...flags], {
    cwd: workspace.dir,
    env: { ...workspace.env, TERM: 'xterm-256color', NO_COLOR: '1', CI: undefined },
    terminal: {
      cols: 110,
      rows: 45,
      data(_, bytes) {
        written += decoder.decode(bytes, { stream: true })
      },
    },
  })
  /** What the newest whole frame shows. */
  const screen = () => screenOf(written.split('\x1b[?2026h').at(-1)?.split('\x1b[?2026l')[0] ?? '')
  return {
    terminal: child.terminal!,
    exited: child.exited,
    written: () => written,
    screen,
    async shows(line: RegExp, also = (_: string[]) => true): Promise<void> {
      for (const deadline = Date.now() + 60_000; ; await Bun.sleep(50)) {
        if (screen().some((one) => line.test(one)) && also(screen())) return
        if (Date.now() > deadline) throw new Error(`${line} is not shown:\n${screen().join('\n')}`)
      }
    },
  }
}

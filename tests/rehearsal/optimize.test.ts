import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { notAllowed, offeredPolicy } from './policy'
import { owned, smallCosts } from './small-costs'
import { smallStack } from './small-stack'
import { type Run, Workspace } from './support'

setDefaultTimeout(120_000)

/**
 * What serves is a small stack's, for `verify`; Terraform is real, over few resources that are made in a moment. Every
 * lever on the whole of terraform/aws is tests/bench/levers.ts. The tests build on each other.
 */
let workspace: Workspace
let small: Awaited<ReturnType<typeof smallCosts>>
let since: Date

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  const stack = await smallStack(workspace.env, { complete: true })
  small = await smallCosts(workspace)
  await stack.healthy()
  await stack.settled()
  since = new Date()
})

afterAll(() => workspace?.close())

const optimize = (...flags: string[]) => workspace.runbook('optimize', ...flags)
const errorOf = (run: Run) => run.events.find(({ type }) => type === 'error')
const idsOf = ({ data }: Run): string[] => data.recommendations.map(({ id }: { id: string }) => id)
const file = (name: string) => Bun.file(join(workspace.dir, name))
const asItWas = { retention: 30, dashboards: ['small'] }

describe('optimize: the estimate of what stands', () => {
  test('lines and sum; what nothing uses is found; the page and the table for a pull request are written', async () => {
    const run = await optimize('--report', 'costs.html', '--markdown', 'costs.md')
    expect(run.exitCode).toBe(0)
    const { baseline, lines, combined, advice } = run.data
    // 5 GB written and kept, a dashboard, an address; NAT's name alone makes it no gateway's.
    expect(baseline.monthly).toBeCloseTo(2.65 + 3 + 3.65, 6)
    expect(lines.reduce((sum: number, { monthly }: { monthly: number }) => sum + monthly, 0)).toBeCloseTo(
      baseline.monthly,
      9,
    )
    expect(idsOf(run).sort()).toEqual(['dashboard', 'log-retention'])
    expect(combined.monthly).toBeLessThan(baseline.monthly - 3)
    expect(advice.find(({ id }: { id: string }) => id === 'unused-addresses').saves).toBeCloseTo(3.65, 6)
    expect(await file('costs.html').text()).toContain('<svg')
    expect(await file('costs.md').text()).toStartWith('**$9.30 a month**')
  })

  test('over the budget is exit 3, within it 0', async () => {
    const over = await optimize('--budget', '9')
    expect(over.exitCode).toBe(3)
    expect(over.data.baseline.monthly).toBeCloseTo(9.3, 6)
    expect((await optimize('--budget', '10')).exitCode).toBe(0)
  })

  test('a usage file replaces what was assumed, and is never written; a wrong one is refused', async () => {
    await Bun.write(join(workspace.dir, 'usage.json'), '{"logsIngestedGb": 100}')
    const run = await optimize('--usage', 'usage.json')
    expect(run.data.baseline.monthly).toBeCloseTo(50 + 0.15 + 3 + 3.65, 6)
    expect(await file('usage.json').text()).toBe('{"logsIngestedGb": 100}')
    await Bun.write(join(workspace.dir, 'usage.json'), '{"logsInjestedGb": 100}')
    const wrong = await optimize('--usage', 'usage.json')
    expect(wrong.exitCode).toBe(2)
    expect(errorOf(wrong)?.message).toContain('logsInjestedGb')
    expect(await file('usage.json').text()).toBe('{"logsInjestedGb": 100}')
  })

  test('the bill stands next to it; denied, it is not known, and no 0', async () => {
    const known = await optimize('--actual')
    expect(known.data.actual.scope).toBe('environment')
    expect(
      known.data.actual.partings.find(({ service }: { service: string }) => service === 'EC2 - Other').billed,
    ).toBeGreaterThan(60)
    await workspace.fault({ call: 'ce:GetCostAndUsage', kind: 'denied' })
    const denied = await optimize('--actual')
    await workspace.clearFaults()
    expect(denied.exitCode).toBe(0)
    expect(denied.data.actual).toEqual({ unknown: 'not allowed: ce:GetCostAndUsage' })
  })

  test('metrics that may not be read are a gap, and no size is recommended from nothing', async () => {
    await workspace.fault({ call: 'monitoring:GetMetricData', kind: 'denied' })
    const run = await optimize()
    await workspace.clearFaults()
    expect(run.exitCode).toBe(0)
    expect(run.data.use.gaps).toContainEqual({
      what: 'metrics',
      because: 'not allowed: cloudwatch:GetMetricData',
    })
    expect(idsOf(run).sort()).toEqual(['dashboard', 'log-retention'])
  })
})

describe('optimize: plans that cannot be priced', () => {
  test.each([
    ['{"format_version":"2.0","planned_values":{}}', 'format 2.0'],
    ['{"format_version":"1.2","planned_val', 'cut short'],
    ['{"format_version":"1.0","values":{}}', 'planned values'],
    ['[]', 'not an object'],
    ['{"planned_values":{}}', 'format_version'],
  ])('%s: exit 2, %s', async (text, sentence) => {
    await Bun.write(join(workspace.dir, 'plan.json'), text)
    const run = await optimize('--plan', 'plan.json')
    expect(run.exitCode).toBe(2)
    expect(errorOf(run)?.message).toContain(sentence)
  })

  test('a plan that changes what stands is told as a difference, with nobody signed in anywhere', async () => {
    const run = await workspace.exec(
      [
        'bun',
        'runbooks/optimize.ts',
        '--json',
        '--plan',
        'tests/unit/costs/fixtures/change-savings.plan',
        '--markdown',
        'plan.md',
      ],
      { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: '', AWS_DEFAULT_REGION: '' } },
    )
    expect(run.exitCode).toBe(0)
    const { before, after, difference } = run.data.plan
    expect(before - after).toBeCloseTo(50.91, 2)
    expect(difference).toBeCloseTo(after - before, 9)
    expect(run.data.baseline.monthly).toBeCloseTo(after, 9)
    expect(await file('plan.md').text()).toStartWith('**$167.51 → $116.60 a month (-$50.91)**')
  })

  test('a region without prices: nothing is 0, everything is named, and no budget is kept', async () => {
    const plan = await file('tests/unit/costs/fixtures/staging.plan').text()
    await Bun.write(join(workspace.dir, 'plan.json'), plan.replaceAll('us-east-1', 'sa-east-1'))
    const run = await optimize('--plan', 'plan.json', '--budget', '1000')
    expect(run.exitCode).toBe(3)
    expect(run.data.lines).toEqual([])
    expect(run.data.baseline.notPriced.length).toBeGreaterThan(15)
    expect(run.data.recommendations).toEqual([])
  })
})

describe('optimize --apply', () => {
  test('unasked it changes nothing, and leaves the file as it was', async () => {
    const run = await workspace.exec(['bun', 'runbooks/optimize.ts', '--json', '--apply', 'dashboard'])
    expect(run.exitCode).toBe(4)
    expect(await small.text()).toBe(owned)
    expect(await small.world()).toEqual(asItWas)
  })

  test('a variable that another file sets, and wins with, is refused with that file', async () => {
    const other = join(small.folder, 'ours.auto.tfvars')
    await Bun.write(other, 'dashboard_enabled = true\n')
    const run = await optimize('--apply', 'dashboard')
    await Bun.file(other).delete()
    expect(run.exitCode).toBe(4)
    expect(errorOf(run)?.message).toContain('ours.auto.tfvars')
    expect(await small.text()).toBe(owned)
  })

  test.each([
    // Terraform would refuse these; all but the last before a plan is made.
    ['log_retention_days = 30\nlog_retention_days = 14\n', 4, 'line 5 and in line 6'],
    ['log_retention_days = \n', 4, 'has no value'],
    ['environment2 = {\n', 4, '} is missing'],
    ['dashboard_enabled = true log_retention_days = 14\n', 4, 'Missing newline after argument'],
    ['log_retention_days = 31\n', 1, 'a period that CloudWatch does not have'],
  ])('a file with %j: exit %d, and it stays as it is', async (more, exitCode, sentence) => {
    await Bun.write(small.values, owned + more)
    const run = await optimize('--apply', 'dashboard')
    expect(await small.text()).toBe(owned + more)
    await Bun.write(small.values, owned)
    expect(run.exitCode).toBe(exitCode)
    expect(errorOf(run)?.message).toContain(sentence)
    expect(await small.world()).toEqual(asItWas)
  })

  test('what is not offered is refused, and the nearest named', async () => {
    const run = await optimize('--apply', 'dashbord')
    expect(run.exitCode).toBe(2)
    expect(errorOf(run)?.message).toContain('nearest: dashboard')
    expect((await optimize('--apply', 'unused-addresses')).exitCode).toBe(4)
  })

  /** To write `false` takes the comment's column, and the last line has no end. */
  const before = `${owned}dashboard_enabled = true # for us`

  test('both: the file says so, the world is so, it costs less, is verified, and not offered again', async () => {
    await Bun.write(small.values, before)
    const run = await optimize('--apply', 'dashboard', 'log-retention')
    expect(run.exitCode, JSON.stringify(errorOf(run))).toBe(0)
    expect(await small.text()).toBe(`${owned}dashboard_enabled = false # for us\n\nlog_retention_days = 7\n`)
    expect(await small.world()).toEqual({ retention: 7, dashboards: [] })
    expect(run.data.cost.before - run.data.cost.after).toBeGreaterThan(3)
    expect(run.data.changes.map(({ address }: { address: string }) => address).sort()).toEqual([
      'aws_cloudwatch_dashboard.main[0]',
      'aws_cloudwatch_log_group.app',
    ])
    const again = await optimize()
    expect(idsOf(again)).toEqual([])
    expect(again.data.baseline.monthly).toBeLessThan(run.data.cost.before)
  })

  test('typed again, as after a run that was killed when Terraform was done, it ends what is left and ends well', async () => {
    const run = await optimize('--apply', 'log-retention', 'dashboard')
    expect(run.exitCode, JSON.stringify(errorOf(run))).toBe(0)
    expect(run.data.changes).toEqual([])
    expect(run.events.some(({ title }) => title === 'As many tasks as are wanted')).toBe(true)
    expect((await optimize('--apply', 'dashboard')).exitCode).toBe(2)
  })

  test('what was changed by hand since is not taken back', async () => {
    const text = await small.text()
    await Bun.write(small.values, text.replace('= 7', '= 14'))
    const run = await optimize('--undo')
    expect(run.exitCode).toBe(4)
    expect(errorOf(run)?.message).toContain('log_retention_days was changed since, to 14')
    await Bun.write(small.values, text)
  })

  test('--undo brings back the world and the file, to the letter, and then has nothing left', async () => {
    const text = await small.text()
    const dry = await optimize('--undo', '--dry-run')
    const run = await optimize('--undo')
    expect(run.exitCode, JSON.stringify(errorOf(run))).toBe(0)
    expect(text).not.toBe(before)
    expect(await small.text()).toBe(before)
    expect(run.data.changes).toHaveLength(2)
    expect(dry.data.changes).toEqual(run.data.changes)
    expect(dry.data.cost).toEqual(run.data.cost)
    // The dashboard; how much more the logs will hold is not known.
    expect(run.data.cost.after - run.data.cost.before).toBeCloseTo(3, 2)
    expect(await small.world()).toEqual(asItWas)
    expect((await optimize('--undo')).exitCode).toBe(4)
  })
})

describe('optimize --refresh-prices', () => {
  test('says what changed, and writes it with the day', async () => {
    const path = 'runbooks/costs/prices/us-east-1.json'
    const text = await file(path).text()
    const old = text.replace(/("nat.hour": .*"rate": )0.045/, '$10.044')
    expect(old).not.toBe(text)
    await Bun.write(join(workspace.dir, path), old)
    const run = await optimize('--refresh-prices')
    expect(run.exitCode).toBe(0)
    expect(run.data.changes).toContainEqual({ price: 'nat.hour', before: 0.044, after: 0.045, tiers: 1 })
    expect(run.data.changes.map(({ price }: { price: string }) => price)).not.toContain('alb.hour')
    const { prices, sources } = await file(path).json()
    expect(prices['nat.hour']).toEqual({ unit: 'hour', rate: 0.045, source: 'price-list-api' })
    // The surcharge of old versions, which is listed first, is not what a node costs.
    expect(prices['elasticache.redis.cache.t4g.micro'].rate).toBe(0.016)
    const reserved = prices['elasticache.redis.cache.t4g.micro.year']
    expect(reserved).toEqual({ unit: 'node-hour', rate: 0.011, source: 'price-list-api' })
    expect(sources['price-list-api'].asOf).toBe(new Date().toISOString().slice(0, 10))
    const again = await optimize('--refresh-prices', '--dry-run')
    expect(again.data.changes).toEqual([])
  })
})

describe('optimize --refresh-prices of a region that the list has nothing of', () => {
  test('is a failure, and its table stays as it is', async () => {
    const path = 'runbooks/costs/prices/eu-central-1.json'
    const text = await file(path).text()
    const env = { AWS_REGION: 'eu-central-1' }
    const run = await workspace.exec(['bun', 'runbooks/optimize.ts', '--yes', '--json', '--refresh-prices'], {
      env,
    })
    expect(run.exitCode).toBe(1)
    expect(errorOf(run)?.message).toContain('no price of eu-central-1')
    expect(await file(path).text()).toBe(text)
  })
})

describe('what optimize may', () => {
  test('the policy that setup offers allows every call it made', async () => {
    const statements = offeredPolicy(join(workspace.dir, 'terraform/bootstrap/policies'))
    const made = (await workspace.calls(since)).filter(({ status }) => status < 400)
    for (const call of ['ce:GetCostAndUsage', 'pricing:GetProducts', 'monitoring:GetMetricData'])
      expect(made.map((each) => each.call)).toContain(call)
    // The small configuration's own groups and dashboard have other names than the project's.
    const others = made.filter(({ resource }) => !/\/small|dashboard\/small/.test(resource ?? ''))
    expect(notAllowed(others, statements)).toEqual([])
  })
})

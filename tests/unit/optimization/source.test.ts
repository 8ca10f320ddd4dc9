import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { estimateOf } from '../../../runbooks/costs/estimate'
import { optimized } from '../../../runbooks/optimization/data'
import { fromPlan } from '../../../runbooks/optimization/source'
import { fixture } from '../costs/fixture'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tria-shown-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function priced(shown: object, environment = 'staging') {
  const file = join(folder, 'shown.json')
  await Bun.write(file, JSON.stringify(shown))
  return fromPlan(file, {}, { environment, region: 'eu-west-1' })
}

describe('fromPlan', () => {
  test('a state costs what the plan that led to it said, and is what stands', async () => {
    const { prior_state } = fixture('change-savings') as { prior_state: object }
    const { before } = await priced(fixture('change-savings'))
    const state = await priced(prior_state)
    expect(state.situation.region).toBe('us-east-1')
    expect(estimateOf(state.situation).monthly).toBeCloseTo(estimateOf(before!).monthly, 9)
    expect(estimateOf(state.situation).monthly).toBeGreaterThan(160)
    expect(state.before).toBeUndefined()
  })

  test('a state tells its environment by what stands, and not by what is asked about', async () => {
    const tagged = { tags_all: { Environment: 'production' } }
    const gateway = { address: 'aws_nat_gateway.a', mode: 'managed', type: 'aws_nat_gateway', values: tagged }
    const state = { format_version: '1.0', values: { root_module: { resources: [gateway] } } }
    expect((await priced(state)).production).toBe(true)
  })

  test('a plan that does not tell its region has the one that is given, and no other plan has', async () => {
    const gateway = { address: 'aws_nat_gateway.a', mode: 'managed', type: 'aws_nat_gateway', values: {} }
    const untold = { planned_values: { root_module: { resources: [gateway] } } }
    const { situation } = await priced({ format_version: '1.2', ...untold, prior_state: { values: {} } })
    expect(situation.region).toBe('eu-west-1')
    expect(estimateOf(situation).monthly).toBeCloseTo(730 * 0.048 + 10 * 0.048, 6)
    expect((await priced({ format_version: '1.0', values: untold.planned_values })).situation.region).toBe(
      'eu-west-1',
    )
    expect((await priced(fixture('frankfurt'))).situation.region).toBe('eu-central-1')
  })

  test('of what runs no tasks nothing is said about tasks', async () => {
    const gateway = { address: 'aws_nat_gateway.a', mode: 'managed', type: 'aws_nat_gateway', values: {} }
    const provider_config = { aws: { name: 'aws', expressions: { region: { constant_value: 'us-east-1' } } } }
    const source = await priced({
      format_version: '1.2',
      planned_values: { root_module: { resources: [gateway] } },
      configuration: { provider_config },
    })
    const { recommendations, refused, advice } = optimized(source, new Date('2026-11-23'), 'UTC')
    const said = [...recommendations, ...refused, ...advice].map(({ id }) => id)
    for (const id of [
      'spot',
      'arm',
      'schedule',
      'task-count',
      'task-size',
      'savings-plan',
      'nat-none',
      'endpoints',
    ])
      expect(said).not.toContain(id)
  })
})

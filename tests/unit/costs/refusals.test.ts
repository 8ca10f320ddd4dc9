import { describe, expect, test } from 'bun:test'
import { configured } from '../../../runbooks/costs/configure/index.ts'
import { estimateOf } from '../../../runbooks/costs/estimate.ts'
import { applied, recommend, together } from '../../../runbooks/costs/recommend/index.ts'
import { settingsOf } from '../../../runbooks/costs/settings.ts'
import type { Situation } from '../../../runbooks/costs/situation.ts'
import { offered, offers, refusal } from './offers.ts'
import { altered, quiet, told, used } from './world.ts'

describe('recommend: what is refused, and why', () => {
  test('endpoints in place of NAT would cut the model off', () => {
    expect(refusal(told('staging'), 'endpoints')).toContain('not the model')
    const inside = { OPENAI_MODEL: 'ours', OPENAI_BASE_URL: 'http://model.internal:8000/v1' }
    // Five endpoints in two zones cost as much as two gateways, and more than the traffic of this one.
    const dear = { ...told('staging', inside).usage, natGb: 500 }
    expect(offered({ ...told('staging', inside), usage: dear }).endpoints).toEqual({
      nat_gateway_mode: 'none',
      interface_endpoints_enabled: true,
    })
    expect(refusal(told('nat-single', inside), 'endpoints')).toBe('it would save nothing here')
  })

  test('no NAT where tasks are to have no public address: they would have no way to ECR', () => {
    const { refused, recommendations } = recommend(told('staging'), {
      use: quiet,
      production: false,
      privateTasks: true,
    })
    expect(refused.find(({ id }) => id === 'nat-none')?.refused).toContain('ECR')
    expect(recommendations.map(({ id }) => id)).not.toContain('nat-none')
    expect(recommendations.map(({ id }) => id)).toContain('nat-single')
  })

  describe('endpoints that stand beside NAT', () => {
    const inside = { OPENAI_MODEL: 'ours', OPENAI_BASE_URL: 'http://model.internal:8000/v1' }
    const both = (environment?: Record<string, string>) => {
      const staging = told('staging', environment)
      const isEndpoint = ({ type }: { type: string }) => type === 'aws_vpc_endpoint'
      const endpoints = told('endpoints').resources.filter(isEndpoint)
      const others = staging.resources.filter((each) => !isEndpoint(each))
      return { ...staging, resources: [...others, ...endpoints] }
    }
    /** Whether tasks of a situation have a way to what is outside of AWS. */
    const reachesOut = (situation: Situation) => {
      const { natMode, publicTasks } = settingsOf(situation.resources)
      return natMode !== 'none' || publicTasks
    }

    test('no lever takes NAT and leaves the endpoints: they keep tasks private, and carry no model', () => {
      const situation = both()
      for (const each of offers(situation).recommendations)
        expect(reachesOut(applied(situation, [each])), each.id).toBe(true)
      expect(offered(situation)['nat-none']).toEqual({
        nat_gateway_mode: 'none',
        interface_endpoints_enabled: false,
      })
      const { recommendations } = offers(situation)
      const chosen = recommendations.filter(({ id }) => together(situation, recommendations).ids.includes(id))
      expect(reachesOut(applied(situation, chosen))).toBe(true)
    })

    test('they are given up where their traffic is cheaper through NAT, and kept where it is not', () => {
      expect(offered(both())['nat-for-endpoints']).toEqual({ interface_endpoints_enabled: false })
      const busy = { ...both(), usage: { ...both().usage, endpointGb: 5000 } }
      expect(refusal(busy, 'nat-for-endpoints')).toBe('it would save nothing here')
    })

    test('with a model inside the VPC it is NAT that goes', () => {
      expect(offered(both(inside)).endpoints).toEqual({
        nat_gateway_mode: 'none',
        interface_endpoints_enabled: true,
      })
    })
  })

  test('what endpoints carried goes through the gateway that takes their place', () => {
    const busy = { ...told('endpoints'), usage: { ...told('endpoints').usage, endpointGb: 5000 } }
    expect(refusal(busy, 'nat-for-endpoints')).toBe('it would save nothing here')
  })

  test('who agrees to endpoints in place of NAT agrees to the way back too, and the other way round', () => {
    const there = offers({ ...told('endpoints') }).recommendations.find(
      ({ id }) => id === 'nat-for-endpoints',
    )
    const inside = told('staging', { OPENAI_BASE_URL: 'http://model.internal:8000/v1' })
    const back = offers({ ...inside, usage: { ...inside.usage, natGb: 500 } }).recommendations.find(
      ({ id }) => id === 'endpoints',
    )
    const both = [
      'aws_nat_gateway.main',
      'aws_eip.nat',
      'aws_route.nat',
      'aws_vpc_endpoint.interface',
      'aws_security_group.endpoints',
      'aws_vpc_security_group_egress_rule.app_to_model',
    ]
    for (const address of both) {
      expect(there?.replaces, address).toContain(address)
      expect(back?.replaces, address).toContain(address)
    }
  })

  test('who agrees to less to watch agrees to the alarms that go with it, and to no others', () => {
    const two = altered(told('staging'), 'aws_elasticache_replication_group', { num_cache_clusters: 2 })
    const watched = altered(two, 'aws_ecs_cluster', {
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    })
    const found = offers(watched).recommendations
    const replaces = (id: string) => found.find((each) => each.id === id)?.replaces
    expect(replaces('cache-single')).toEqual([
      'aws_cloudwatch_metric_alarm.metric["redis-evictions-2"]',
      'aws_cloudwatch_metric_alarm.metric["redis-memory-high-2"]',
    ])
    expect(replaces('container-insights')).toEqual(['aws_cloudwatch_metric_alarm.tasks_missing'])
  })

  test('endpoints that cost more than a gateway are given up for one', () => {
    expect(offered(told('endpoints'))['nat-for-endpoints']).toEqual({
      nat_gateway_mode: 'single',
      interface_endpoints_enabled: false,
    })
  })

  test.each(['task-size', 'task-count', 'schedule', 'model'])('%s with less than a day measured', (id) => {
    const dear = told('staging', { OPENAI_MODEL: 'gpt-4o' })
    expect(refusal(dear, id, used({ hours: 5 }))).toMatch(/measured|has not told/)
    expect(offered(dear, used({ hours: 5 }))).not.toHaveProperty(id)
  })

  test('production keeps its standbys, its counts and its insights', () => {
    const production = altered(told('production'), 'aws_ecs_cluster', {
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    })
    const ids = Object.keys(offered(production, quiet, true))
    for (const id of ['single-az', 'cache-single', 'container-insights', 'task-count'])
      expect(ids).not.toContain(id)
    expect(refusal(production, 'single-az', quiet, true)).toContain('standby')
  })

  test('production without NAT is of high risk, and not among what goes together unasked', () => {
    const { recommendations } = offers(told('production'), quiet, true)
    expect(recommendations.find(({ id }) => id === 'nat-none')?.risk).toBe('high')
    const { ids, without } = together(told('production'), recommendations)
    expect(without).toContain('nat-none')
    expect(ids).toContain('nat-single')
  })

  test('the same outside production are offered', () => {
    const ids = Object.keys(offered(told('production'), quiet, false))
    expect(ids).toContain('single-az')
    expect(ids).toContain('cache-single')
  })

  test('Spot where one task stays on demand and there is no other', () => {
    const one = configured(told('staging'), { ecs_service_desired_count: 1 })
    expect(refusal(one, 'spot')).toContain('nothing is left for Spot')
  })

  test.each([
    ['gpt-4o', 'gpt-4o-mini'],
    ['gpt-4.1', 'gpt-4.1-mini'],
    ['gpt-4.1-mini', 'gpt-4o-mini'],
    ['gpt-4o-mini', undefined],
    ['somebody-elses', undefined],
  ])('in place of %s: %s, and never a model that OpenAI has shut down', (now, less) => {
    const change = offered(told('staging', { OPENAI_MODEL: now })).model
    expect(change).toEqual((less && { openai_model: less }) as never)
  })

  test('a size whose price nobody knows is no saving', () => {
    const frankfurt = altered(told('frankfurt'), 'aws_db_instance', { instance_class: 'db.m7g.xlarge' })
    for (const { change } of offers(frankfurt).recommendations) {
      const before = estimateOf(frankfurt).notPriced.length
      expect(estimateOf(configured(frankfurt, change)).notPriced.length).toBeLessThanOrEqual(before)
    }
  })
})

import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CostError, compare, estimate, estimateState, parseShown } from '../../../runbooks/costs/index.ts'
import { asPlan, type TerraformPlanJson } from '../../../runbooks/costs/plan.ts'
import { fixture, fixtures } from './fixture.ts'
import { guideStack, type Planned, planOf } from './plans.ts'

const without = (...addresses: string[]) => guideStack.filter(([address]) => !addresses.includes(address))

describe('compare', () => {
  test('before the first apply there is nothing, and the difference is all of it', () => {
    const { before, after, difference, changedLines } = compare(fixture('staging'))
    expect(before.monthly).toBe(0)
    expect(difference).toBe(after.monthly)
    expect(changedLines[0]).toMatchObject({
      resource: 'aws_nat_gateway.main[0]',
      component: 'hours',
      before: 0,
    })
  })

  test('one NAT gateway less saves its hours and its address, and no traffic', () => {
    const { difference, changedLines } = compare(
      planOf(without('aws_nat_gateway.main[1]', 'aws_eip.nat[1]'), guideStack),
    )
    expect(difference).toBeCloseTo(-36.5, 6)
    expect(
      changedLines.map(({ resource, component, difference }) => [resource, component, difference]),
    ).toEqual([
      ['aws_nat_gateway.main[1]', 'hours', -32.85],
      ['aws_eip.nat[1]', 'public IPv4', -3.65],
    ])
  })

  test('of a real plan on what stands: one NAT gateway, ARM and Spot together, recomputed and not added up', () => {
    const { before, after, difference, changedLines, notPriced } = compare(fixture('change-savings'))
    expect(before.monthly).toBeCloseTo(estimate(fixture('staging')).monthly, 6)
    expect(difference).toBeCloseTo(after.monthly - before.monthly, 6)
    // Half of ARM's price for the second task, not the saving of Spot on x86 and that of ARM.
    expect(difference).toBeCloseTo(-36.5 - 36.04 + 28.835 * 0.75, 2)
    expect(changedLines.reduce((sum, line) => sum + line.difference, 0)).toBeCloseTo(difference, 6)
    expect(notPriced).toEqual([])
  })

  test('of a real plan that destroys everything ends at 0', () => {
    const { before, after } = compare(fixture('change-destroy'))
    expect([before.monthly.toFixed(2), after.monthly]).toEqual(['167.51', 0])
  })

  test('what a real state shows costs what its plan said, without any configuration', () => {
    const { prior_state } = fixture('change-destroy') as TerraformPlanJson
    const { monthly, notPriced, region } = estimateState(prior_state!)
    expect([monthly.toFixed(2), notPriced, region]).toEqual(['167.51', [], 'us-east-1'])
  })

  test('an unchanged plan changes nothing', () => {
    expect(compare(planOf(guideStack, guideStack))).toMatchObject({
      difference: 0,
      changedLines: [],
      notPriced: [],
    })
  })

  test('a plan that destroys everything ends at 0', () => {
    const { after, difference } = compare(planOf([], guideStack))
    expect(after.monthly).toBe(0)
    expect(difference).toBeCloseTo(-164.41, 2)
  })

  test('a move to what has no price says so, lest the difference pass for a saving', () => {
    const moved = guideStack.map(
      ([address, values]): Planned =>
        address === 'aws_db_instance.main'
          ? [address, { ...values, instance_class: 'db.x9z.huge' }]
          : [address, values],
    )
    const { notPriced } = compare(planOf(moved, guideStack))
    expect(notPriced).toEqual([
      {
        resource: 'aws_db_instance.main',
        component: 'db.x9z.huge',
        because: 'there is no price for rds.postgres.db.x9z.huge in us-east-1',
      },
    ])
  })
})

describe('estimate of what it is given', () => {
  test('values that are not known before the apply are named, and priced by nobody', () => {
    const plan = {
      ...planOf([
        ['aws_db_instance.main', { engine: 'postgres', allocated_storage: 20, storage_type: 'gp3' }],
      ]),
      resource_changes: [
        {
          address: 'aws_db_instance.main',
          change: { actions: ['create'], after_unknown: { instance_class: true } },
        },
      ],
    }
    const { lines, notPriced } = estimate(plan)
    expect(lines.map(({ component }) => component)).toEqual(['gp3 storage'])
    expect(notPriced).toEqual([
      {
        resource: 'aws_db_instance.main',
        component: 'instance',
        because: 'instance_class is not known before the apply',
      },
    ])
  })

  test('a type that nobody knows is not priced, and not free', () => {
    const { notPriced, free, monthly } = estimate(planOf([['aws_quantum_ledger.main', {}]]))
    expect(notPriced).toEqual([
      {
        resource: 'aws_quantum_ledger.main',
        because: 'nothing is known here of what aws_quantum_ledger costs',
      },
    ])
    expect([free, monthly]).toEqual([[], 0])
  })

  test('a region without prices prices nothing', () => {
    const { monthly, lines, notPriced } = estimate(planOf(guideStack), { region: 'mars-north-1' })
    expect([monthly, lines.length]).toEqual([0, 0])
    expect(notPriced.length).toBeGreaterThan(10)
  })

  test('a state is priced by what stands in it, in the region that its ARNs show', () => {
    const { planned_values } = planOf([
      ['aws_nat_gateway.main', {}],
      [
        'aws_lb.main',
        { arn: 'arn:aws:elasticloadbalancing:ap-southeast-1:1:loadbalancer/app/x/1', subnets: ['a', 'b'] },
      ],
    ])
    const { region, lines } = estimateState({ format_version: '1.0', values: planned_values })
    expect(region).toBe('ap-southeast-1')
    expect(lines.find(({ group }) => group === 'NAT')?.rate).toBe(0.059)
  })

  test('an empty state costs nothing', () => {
    expect(estimateState({ format_version: '1.0' })).toMatchObject({ monthly: 0, lines: [] })
  })

  test('resources of modules are priced, by the references inside their module', () => {
    const plan = {
      ...planOf([]),
      planned_values: {
        root_module: {
          child_modules: [
            {
              address: 'module.net[0]',
              resources: [
                {
                  address: 'module.net[0].aws_nat_gateway.a',
                  mode: 'managed',
                  type: 'aws_nat_gateway',
                  name: 'a',
                  values: {},
                },
                {
                  address: 'module.net[0].aws_eip.a',
                  mode: 'managed',
                  type: 'aws_eip',
                  name: 'a',
                  values: {},
                },
                {
                  address: 'module.net[0].data.aws_eip.b',
                  mode: 'data',
                  type: 'aws_eip',
                  name: 'b',
                  values: {},
                },
              ],
            },
          ],
        },
      },
      configuration: {
        ...planOf([]).configuration,
        root_module: {
          module_calls: {
            net: {
              module: {
                resources: [
                  {
                    address: 'aws_nat_gateway.a',
                    expressions: { allocation_id: { references: ['aws_eip.a.id', 'aws_eip.a'] } },
                  },
                ],
              },
            },
          },
        },
      },
    }
    const lines = estimate(plan).lines.filter(({ use }) => use === undefined)
    expect(lines.map(({ resource, group }) => [resource, group])).toEqual([
      ['module.net[0].aws_nat_gateway.a', 'NAT'],
      ['module.net[0].aws_eip.a', 'NAT'],
    ])
  })

  test.each([
    ['{"format_version":"1.2","planned_val', 'Terraform JSON: it does not parse, is it cut short?'],
    ['"a plan"', 'Terraform JSON: it is not an object'],
    ['[]', 'Terraform JSON: it is not an object'],
    ['{"planned_values": "all"}', 'Terraform JSON: planned_values is not as Terraform writes it'],
    [
      '{"planned_values": {"root_module": {"resources": {"a": 1}}}}',
      'Terraform JSON: planned_values.root_module.resources is not as Terraform writes it',
    ],
    [
      '{"planned_values": {"root_module": {"resources": [null]}}}',
      'Terraform JSON: planned_values.root_module.resources.0 is not as Terraform writes it',
    ],
    [
      '{"prior_state": {"values": {"root_module": {"child_modules": [{"resources": [{"address": 3}]}]}}}}',
      'Terraform JSON: prior_state.values.root_module.child_modules.0.resources.0.address is not as Terraform writes it',
    ],
    [
      '{"values": {"root_module": {"resources": [{"address": "a.b", "mode": "managed", "type": "a", "values": 1}]}}}',
      'Terraform JSON: values.root_module.resources.0.values is not as Terraform writes it',
    ],
    [
      '{"resource_changes": [{"address": "a.b"}]}',
      'Terraform JSON: resource_changes.0.change is not as Terraform writes it',
    ],
    [
      '{"configuration": {"root_module": {"resources": "a"}}}',
      'Terraform JSON: configuration.root_module.resources is not as Terraform writes it',
    ],
    [
      '{"variables": {"environment": "staging"}}',
      'Terraform JSON: variables.environment is not as Terraform writes it',
    ],
  ])('%s is refused', (text, message) => {
    expect(() => parseShown(text)).toThrow(new CostError(message))
  })

  test.each([
    [{}, 'Terraform JSON: no format_version in it; give the output of "terraform show -json"'],
    [
      { format_version: '2.0', planned_values: {} },
      'Terraform JSON: format 2.0 is not the format 1.x that is understood here',
    ],
    [
      { format_version: '1.0', values: {} },
      'Plan: there are no planned values in it; give the output of "terraform show -json PLANFILE"',
    ],
  ])('%p is no plan', (shown, message) => {
    expect(() => asPlan(shown)).toThrow(new CostError(message))
  })

  test('a byte order mark, as some shells put before what they write, is no part of it', () => {
    expect(parseShown('\uFEFF{"format_version": "1.2"}')).toEqual({ format_version: '1.2' })
  })

  test.each([...fixtures, 'change-savings', 'change-destroy'])(
    '%s, a plan of Terraform, is as it is',
    (name) => {
      const text = readFileSync(join(import.meta.dir, 'fixtures', `${name}.plan`), 'utf8')
      expect(parseShown(text)).toEqual(JSON.parse(text))
    },
  )

  test('a plan is no state', () => {
    expect(() => estimateState(planOf([]))).toThrow(CostError)
  })

  test('a configuration that does not tell its region is refused, with what to do', () => {
    const { configuration: _, ...plan } = planOf([['aws_eip.a', {}]])
    expect(() => estimate(plan)).toThrow('name it with --region')
    expect(estimate(plan, { region: 'us-east-1' }).monthly).toBeCloseTo(3.65, 6)
  })
})

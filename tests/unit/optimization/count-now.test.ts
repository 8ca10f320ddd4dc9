import { expect, test } from 'bun:test'
import { estimateState } from '../../../runbooks/costs'
import { withCount } from '../../../runbooks/optimization/count-now'
import { guideStack, planOf } from '../costs/plans'

const planned = planOf([
  ...guideStack,
  [
    'aws_appautoscaling_target.app',
    {
      resource_id: 'service/tria-aibpo-staging-cluster/tria-aibpo-staging-service',
      min_capacity: 1,
      max_capacity: 4,
    },
  ],
])
const resources = (planned.planned_values?.root_module?.resources ?? []).map((each) => ({
  ...each,
  values: each.values ?? {},
}))
const state = { format_version: '1.0', values: { root_module: { resources } } }
const fargate = (desired: number | undefined) =>
  estimateState(withCount(state, desired), { region: 'us-east-1' })
    .lines.filter(({ group }) => group === 'Fargate')
    .reduce((sum, { monthly }) => sum + monthly, 0)

test('withCount: what runs is priced, and not what ran when Terraform looked last', () => {
  expect(fargate(undefined)).toBeCloseTo(36.04, 2)
  expect(fargate(1)).toBeCloseTo(18.02, 2)
  expect(fargate(3)).toBeCloseTo(54.06, 2)
  // Below the fewest it is lifted again.
  expect(fargate(0)).toBeCloseTo(18.02, 2)
})

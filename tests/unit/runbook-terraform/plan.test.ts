import { describe, expect, test } from 'bun:test'
import {
  beforeService,
  behindFacts,
  headline,
  makesService,
  type PlanJson,
  summarise,
} from '../../../runbooks/terraform/plan'

const change = (address: string, ...actions: string[]) => ({
  address,
  type: address.split('.')[0]!,
  mode: 'managed',
  change: { actions },
})
const plan = (...resource_changes: PlanJson['resource_changes'] & object): PlanJson => ({ resource_changes })

describe('summarise', () => {
  test('counts as Terraform does: a replacement is both added and destroyed', () => {
    const summary = summarise(
      plan(
        change('aws_vpc.main', 'create'),
        change('aws_lb.main', 'update'),
        change('aws_db_instance.main', 'delete', 'create'),
      ),
    )
    expect(headline(summary)).toBe('2 to add, 1 to change, 1 to destroy')
  })

  test('names what would be lost', () => {
    const { destructive } = summarise(
      plan(change('aws_db_instance.main', 'create', 'delete'), change('aws_eip.nat[1]', 'delete')),
    )
    expect(destructive).toEqual([
      { address: 'aws_db_instance.main', action: 'replace' },
      { address: 'aws_eip.nat[1]', action: 'delete' },
    ])
  })

  test('a new revision of a task definition loses nothing', () => {
    expect(summarise(plan(change('aws_ecs_task_definition.app', 'delete', 'create'))).destructive).toEqual([])
  })

  test('a plan of reads and no-ops is empty', () => {
    const read = { ...change('data.aws_caller_identity.me', 'read'), mode: 'data' }
    expect(summarise(plan(read, change('aws_vpc.main', 'no-op'))).empty).toBe(true)
  })
})

test('beforeService leaves out the service and what scales it, and what needs no change', () => {
  const first = plan(
    change('aws_ecs_service.app', 'create'),
    change('aws_appautoscaling_target.app', 'create'),
    change('aws_appautoscaling_policy.cpu', 'create'),
    change('aws_db_instance.main', 'create'),
    change('aws_vpc.main', 'no-op'),
  )
  expect(makesService(first)).toBe(true)
  expect(beforeService(first)).toEqual(['aws_db_instance.main'])
})

test('behindFacts names what has to be applied once more where an output is not written yet', () => {
  const written = { task_subnet_ids: { actions: ['no-op'] }, ecs_security_group_id: { actions: ['update'] } }
  expect(behindFacts({ output_changes: written })).toEqual([])
  expect(behindFacts({ output_changes: { ...written, assign_public_ip: { actions: ['create'] } } })).toEqual([
    'aws_subnet.public',
    'aws_subnet.private',
    'aws_security_group.app',
  ])
})

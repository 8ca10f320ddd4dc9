import { describe, expect, test } from 'bun:test'
import { estimate } from '../../../runbooks/costs/index.ts'
import { type Planned, planOf } from './plans.ts'

const telling = (environment: Record<string, string>, name = 'app'): Planned => [
  `aws_ecs_task_definition.${name}`,
  {
    container_definitions: JSON.stringify([
      { environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })) },
    ]),
  },
]
const measured = { inputTokens: 6, outputTokens: 0.6 }
const model = { OPENAI_MODEL: 'gpt-4o-mini' }

describe('what the model costs', () => {
  test('tokens at the rates of the model that the task is told of, once for all definitions', () => {
    const { lines, monthly } = estimate(planOf([telling(model), telling(model, 'again')]), { measured })
    expect(lines.map(({ component, monthly: usd }) => [component, Math.round(usd * 100)])).toEqual([
      ['gpt-4o-mini input', 90],
      ['gpt-4o-mini output', 36],
    ])
    expect(monthly).toBeCloseTo(1.26, 9)
  })

  test.each([
    [{ OPENAI_MODEL: 'gpt-9' }, 'there is no price for model.gpt-9.input in us-east-1'],
    [
      { ...model, OPENAI_BASE_URL: 'http://m.internal/v1' },
      'what gpt-4o-mini costs at http://m.internal/v1 is not known here',
    ],
  ])('%j is not priced, and not 0', (environment, because) => {
    const { lines, notPriced } = estimate(planOf([telling(environment as Record<string, string>)]), {
      measured,
    })
    expect(lines).toEqual([])
    expect(notPriced[0]?.because).toBe(because)
  })

  const first = (variables: Record<string, { value: unknown }>) => ({
    ...planOf([['aws_ecs_task_definition.app', {}]]),
    variables,
    resource_changes: [
      {
        address: 'aws_ecs_task_definition.app',
        change: { actions: ['create'], after_unknown: { container_definitions: true } },
      },
    ],
  })
  test('before the first apply the variables tell which model it is, and where', () => {
    const variables = { openai_model: { value: 'gpt-4o-mini' }, openai_base_url: { value: null } }
    const { monthly, notPriced } = estimate(first(variables), { measured })
    expect([Math.round(monthly * 100), notPriced]).toEqual([126, []])
    const elsewhere = { ...variables, openai_base_url: { value: 'http://m.internal/v1' } }
    expect(estimate(first(elsewhere), { measured }).notPriced[0]?.because).toContain('http://m.internal/v1')
  })

  test('where no variable tells which model it is, that is said', () => {
    expect(estimate(first({}), { measured }).notPriced).toEqual([
      {
        resource: 'aws_ecs_task_definition.app',
        component: 'tokens of a model',
        because: 'container_definitions is not known before the apply',
      },
    ])
  })

  test('a task that is told of no model asks none', () => {
    expect(estimate(planOf([telling({})]), { measured }).free).toEqual(['aws_ecs_task_definition.app'])
  })
})

import { describe, expect, test } from 'bun:test'
import { inputsProblem, problemsOf } from '../../../runbooks/terraform/guards'
import type { State } from '../../../runbooks/terraform/state'

const state = (more: Partial<State> = {}, account = '111111111111', environment = 'staging'): State => ({
  serial: 40,
  lineage: 'a',
  outputs: { account_id: { value: account }, deployment_summary: { value: { environment } } },
  resources: [{ mode: 'managed', type: 'aws_vpc', name: 'main' }],
  ...more,
})
const facts = { environment: 'staging', account: '111111111111', lastRun: undefined, exists: [] as string[] }

describe('problemsOf: what must be refused before a plan is made', () => {
  const cases: [string, Parameters<typeof problemsOf>[0], RegExp | undefined][] = [
    ['all is well', { ...facts, state: state() }, undefined],
    ['a first deploy', { ...facts, state: undefined }, undefined],
    [
      'credentials of another account',
      { ...facts, state: state({}, '222222222222') },
      /state of staging is of account 222222222222/,
    ],
    [
      'no state where the environment exists',
      { ...facts, state: undefined, exists: ['tria-aibpo-staging-alb'] },
      /no state for staging.*tria-aibpo-staging-alb/,
    ],
    [
      'an emptied state where the environment exists',
      { ...facts, state: state({ resources: [] }), exists: ['tria-aibpo-staging-alb'] },
      /no state for staging/,
    ],
    [
      'an older serial than the last run left',
      { ...facts, state: state(), lastRun: { serial: 41, lineage: 'a', run: 'x' } },
      /older \(serial 40\).*serial 41/,
    ],
    [
      'a newer serial: somebody applied by hand',
      { ...facts, state: state(), lastRun: { serial: 3, lineage: 'a', run: 'x' } },
      undefined,
    ],
    [
      'another lineage',
      { ...facts, state: state(), lastRun: { serial: 3, lineage: 'b', run: 'x' } },
      /another lineage/,
    ],
    [
      'the state of another environment',
      { ...facts, state: state({}, '111111111111', 'production') },
      /that of production/,
    ],
  ]
  test.each(cases)('%s', (_name, given, sentence) => {
    const problems = problemsOf(given)
    if (!sentence) expect(problems).toEqual([])
    else {
      expect(problems.map((problem) => problem.sentence).join('\n')).toMatch(sentence)
      expect(problems.every(({ next }) => next.length > 0)).toBe(true)
    }
  })
})

test("setup's secret scheduled for deletion is refused with the command that restores it", () => {
  const stack = { environment: 'production', inputSecret: 'tria-aibpo-production/inputs' }
  expect(inputsProblem(stack, { scheduledForDeletion: true }, 'eu-west-1')).toEqual([
    {
      sentence: expect.stringContaining('tria-aibpo-production/inputs'),
      next: 'aws secretsmanager restore-secret --secret-id tria-aibpo-production/inputs --region eu-west-1',
    },
  ])
  expect(inputsProblem(stack, { scheduledForDeletion: false }, 'eu-west-1')).toEqual([])
  // Where setup was never run, Terraform makes the secret.
  expect(inputsProblem(stack, undefined, 'eu-west-1')).toEqual([])
})

import { describe, expect, test } from 'bun:test'
import { stackOf } from '../../../runbooks/aws/stack'
import { type AlarmThere, compareAlarms, type Hearer } from '../../../runbooks/monitoring/alarms/compare'
import { expectedAlarms } from '../../../runbooks/monitoring/alarms/expected'

const stack = stackOf('staging')
const topic = `arn:aws:sns:us-east-1:123456789012:${stack.alerts}`
const outfit = { storageGb: 20, burstable: true, cacheMembers: 1, insights: false }
const expected = expectedAlarms(stack, outfit)
const hearer: Hearer = { topic, protocol: 'email', endpoint: 'oncall@example.com', confirmed: true }
const fine = expected.map(
  ({ name, threshold, comparison }): AlarmThere => ({
    name,
    threshold,
    comparison,
    state: 'OK',
    actionsEnabled: true,
    actions: [topic],
    ageMinutes: 10_000,
    data: true,
    rare: false,
  }),
)
const compare = (there: AlarmThere[], hearers: Hearer[] | undefined = [hearer]) =>
  compareAlarms({ environment: 'staging', expected, there, hearers })
const but = (change: Partial<AlarmThere>) => fine.map((one, i) => (i === 0 ? { ...one, ...change } : one))

describe('compareAlarms', () => {
  test('all there, heard and with data: nothing', () => {
    expect(compare(fine)).toEqual([])
  })
  test.each<[string, Partial<AlarmThere>, string[]]>([
    ['no action', { actions: [] }, ['no-action']],
    ['actions switched off', { actionsEnabled: false }, ['switched-off']],
    ['an action that nobody hears', { actions: [`${topic}-old`] }, ['unheard']],
    ['an action that is no topic', { actions: ['arn:aws:lambda:us-east-1:123456789012:function:mend'] }, []],
    ['never with data', { data: false }, ['never-with-data']],
    ['new, and without data yet', { data: false, ageMinutes: 10 }, []],
    ['a count of what seldom happens', { data: false, rare: true }, []],
    ['data that could not be asked for', { data: undefined }, []],
    ['a threshold that somebody moved', { threshold: 95 }, ['differs']],
    ['a comparison turned round', { comparison: 'LessThanThreshold' }, ['differs']],
    ['two at once', { threshold: 95, actions: [] }, ['differs', 'no-action']],
  ])('%s', (_, change, kinds) => {
    expect(compare(but(change)).map(({ kind }) => kind)).toEqual(kinds as never)
  })
  test('a missing one is named with what it watches', () => {
    const found = compare(fine.slice(1))
    expect(found).toMatchObject([{ kind: 'missing', alarm: expected[0]!.name }])
    expect(found[0]!.text).toContain('70 %')
  })
  test('where nobody hears, the variables that give it a hearer are those that Terraform has; a key is for no file', async () => {
    const { fix } = compare(fine, [])[0]!
    const [, inFile = '', inEnvironment = ''] = fix.match(
      /^set (.*) in the environment's tfvars, or (\S+), then: bun/,
    )!
    const names = inFile.match(/[a-z]+(_[a-z]+)+/g)!
    expect(names).toEqual(['alarm_email', 'slack_workspace_id', 'slack_channel_id'])
    const variables = await Bun.file(
      `${import.meta.dir}/../../../terraform/aws/variables-operations.tf`,
    ).text()
    for (const name of [...names, inEnvironment.replace('TF_VAR_', '')])
      expect(variables).toContain(`variable "${name}"`)
  })
  test('an address that was never confirmed hears nothing', () => {
    const kinds = compare(fine, [{ ...hearer, confirmed: false }]).map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['unheard']))
    expect(compare(fine, undefined)).toEqual([])
  })
})

describe("expectedAlarms are Terraform's", () => {
  test.each([
    ['staging', { ...outfit }],
    ['production', { ...outfit, cacheMembers: 2, insights: true }],
  ])('%s', async (environment, its) => {
    const plan = await Bun.file(`${import.meta.dir}/../costs/fixtures/${environment}.plan`).json()
    const made = plan.planned_values.root_module.resources
      .filter(({ type }: { type: string }) => type === 'aws_cloudwatch_metric_alarm')
      .map(({ values }: any) => ({
        name: values.alarm_name,
        threshold: values.threshold,
        comparison: values.comparison_operator,
      }))
    const wanted = expectedAlarms(stackOf(environment), its).map(({ watches: _, ...alarm }) => alarm)
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)
    expect(made.sort(byName)).toEqual(wanted.sort(byName))
    expect(made.length).toBeGreaterThan(8)
  })
})

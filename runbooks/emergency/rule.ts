import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/clients'
import type { Change } from '../core'
import type { Front } from './balancer'
import { page } from './page'
import type { Place } from './place'

const mark = 'tria:maintenance'

/** A listener that has no page yet, and the first priority that is free on it. */
export interface Bare {
  listener: string
  priority: number
}

export async function withoutPage(aws: Aws, { listeners }: Front): Promise<Bare[]> {
  const found = listeners.map(async ({ ListenerArn: listener = '' }) => {
    const rules = await rulesOf(aws, listener)
    return (await pagesAmong(aws, rules)).length === 0 ? [{ listener, priority: firstFree(rules) }] : []
  })
  return (await Promise.all(found)).flat()
}

/** A listener's own page, there within seconds. It cannot send Retry-After: a fixed response has no headers of its own. */
export function putPage(aws: Aws, place: Place, bare: Bare[]): Change<void> {
  return {
    title: 'Put up the maintenance page',
    effect: 'the load balancer itself answers every path with 503 and a page for people',
    equivalent: bare.map(
      ({ listener, priority }) =>
        `aws elbv2 create-rule --listener-arn ${listener} --priority ${priority} --conditions 'Field=path-pattern,Values=/*' --actions '${JSON.stringify([fixedPage])}' --tags 'Key=${mark},Value=emergency-shutdown' ${place.tail}`,
    ),
    undo: place.restore,
    already: async () => bare.length === 0 && { why: 'it is up' },
    async run() {
      const elb = await aws.elb()
      for (const { listener: ListenerArn, priority: Priority } of bare) {
        await elb.createRule({
          ListenerArn,
          Priority,
          Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
          Actions: [fixedPage],
          Tags: [{ Key: mark, Value: 'emergency-shutdown' }],
        })
      }
    },
  }
}

export function takePageDown(aws: Aws, place: Place, rules: string[]): Change<void> {
  return {
    title: 'Take the maintenance page down',
    effect: 'requests reach the tasks again',
    equivalent: rules.map((arn) => `aws elbv2 delete-rule --rule-arn ${arn} ${place.tail}`),
    undo: `${place.shutdown} --maintenance`,
    async run() {
      const elb = await aws.elb()
      for (const RuleArn of rules) await elb.deleteRule({ RuleArn })
    },
  }
}

/** The pages that a shutdown put up, on whatever machine it ran. */
export async function findPages(aws: Aws, { listeners }: Front): Promise<string[]> {
  const found = await Promise.all(
    listeners.map(async ({ ListenerArn = '' }) => pagesAmong(aws, await rulesOf(aws, ListenerArn))),
  )
  return found.flat()
}

const fixedPage = {
  Type: 'fixed-response' as const,
  FixedResponseConfig: { StatusCode: '503', ContentType: 'text/html', MessageBody: page },
}

async function rulesOf(aws: Aws, ListenerArn: string): Promise<Rule[]> {
  const elb = await aws.elb()
  return (await elb.describeRules({ ListenerArn, PageSize: 400 })).Rules ?? []
}

/** By their tag: somebody's own fixed response is not ours to delete. */
async function pagesAmong(aws: Aws, rules: Rule[]): Promise<string[]> {
  const fixed = rules
    .filter(({ Actions, IsDefault }) => !IsDefault && Actions?.some(({ Type }) => Type === 'fixed-response'))
    .map(({ RuleArn }) => RuleArn!)
    .slice(0, 20)
  if (fixed.length === 0) return []
  const elb = await aws.elb()
  const { TagDescriptions = [] } = await elb.describeTags({ ResourceArns: fixed })
  return TagDescriptions.filter(({ Tags }) => Tags?.some(({ Key }) => Key === mark)).map(
    ({ ResourceArn }) => ResourceArn!,
  )
}

function firstFree(rules: Rule[]): number {
  const taken = new Set(rules.map(({ Priority }) => Number(Priority)))
  for (let priority = 1; ; priority++) if (!taken.has(priority)) return priority
}

import { describe, expect, test } from 'bun:test'
import { diagnose } from '../../../runbooks/diagnosis/judge'
import { rules } from '../../../runbooks/diagnosis/rules'
import type { Snapshot } from '../../../runbooks/diagnosis/snapshot'
import { failedRun, pipeline, refused, runCases } from './cases-runs'
import { taskCases } from './cases-tasks'
import { worldCases } from './cases-world'
import { ago, deployment, failing, line, recorded, revision, rolling, stopped, world } from './world'

const causes = [...taskCases, ...worldCases, ...runCases]

describe('each cause is named first, with evidence, the command that shows it and one that mends it', () => {
  test.each(causes.map(([id, snapshot, words], i) => [id, i, snapshot, words] as const))(
    '%s (%i)',
    (id, _i, snapshot, words) => {
      const { findings } = diagnose(snapshot)
      expect(findings[0]?.id).toBe(id)
      const { cause, evidence, fix } = findings[0]!
      if (words) expect(cause).toMatch(words)
      expect(evidence.length).toBeGreaterThan(0)
      for (const { text, command } of evidence) {
        expect(text).not.toBe('')
        expect(command).toMatch(/^(aws|curl|gh|dig|bun runbooks\/history\.ts) /)
      }
      expect(fix.command).toMatch(/^(aws|bun runbooks\/|terraform|open https:)/)
      expect(fix.command).not.toContain('\n')
    },
  )

  test('every rule has a case', () => {
    const covered = new Set(causes.map(([id]) => id))
    expect(rules.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([])
  })
})

const endpoints = ['ecr.api', 'ecr.dkr', 's3', 'logs', 'secretsmanager']
const older = { 'moves.0.status': 'ROLLBACK_SUCCESSFUL', 'moves.0.finished': ago(300) }

const blocked = {
  at: ago(1),
  text: '(service s) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
}

/** What looks like trouble, and is none. */
const decoys: [string, Snapshot][] = [
  ['a healthy environment', recorded('healthy')],
  [
    'a task that scaling stopped',
    failing({ exitCode: 137, reason: `Scaling activity initiated by (deployment ${deployment})` }),
  ],
  ['exit code 143', failing({ exitCode: 143, stopCode: 'ServiceSchedulerInitiated' })],
  ['a task that somebody stopped', failing({ exitCode: 137, stopCode: 'UserInitiated' })],
  ['a deployment under way', world(rolling)],
  [
    'a deployment that had no room for a step, and has taken one since',
    world({
      ...rolling,
      'service.events': [{ at: ago(0.5), text: '(service s) has started 1 tasks: (task a).' }, blocked],
    }),
  ],
  [
    'a deployment that follows one which had no room',
    world({ ...rolling, 'service.events': [{ ...blocked, at: ago(50) }] }),
  ],
  ['tasks that scaling has just asked for', world({ 'service.desired': 4, 'service.pending': 2 })],
  [
    'a deployment that somebody stopped',
    world({
      'moves.0.status': 'ROLLBACK_SUCCESSFUL',
      'moves.0.reason': 'Service deployment rolled back because a user requested it.',
      'moves.0.finished': ago(10),
      'tasks.+': stopped({ exitCode: 1, startedBy: deployment }, 12),
    }),
  ],
  ['a task of an older deployment', failing({ exitCode: 1, startedBy: 'ecs-svc/1' })],
  ['one crash that was made good', world({ 'tasks.+': stopped({ exitCode: 1 }, 5) })],
  [
    'crashes of three quarters of an hour ago',
    world({ 'tasks.+': [stopped({ exitCode: 1 }, 45), stopped({ exitCode: 1 }, 44)] }),
  ],
  [
    'an old error, and that it is over',
    world({
      errors: [
        line('database_away', { error: { message: 'too many clients already' } }, 20),
        line('database_back', {}, 19),
      ],
    }),
  ],
  [
    'a line of an event of the chatbot, printed by a program that crashed, while every task has its database',
    world({ errors: [line('database_away', { error: { message: 'password authentication failed' } }, 1)] }),
  ],
  [
    'a failed deploy that a good one has made up for',
    world({
      runs: [
        failedRun({ exitCode: 0, error: undefined, step: undefined, at: ago(5) }),
        failedRun({ error: refused('ECS: CreateService', 'InvalidParameterException: x') }),
      ],
    }),
  ],
  [
    'a deploy that was refused, or interrupted',
    world({ runs: [failedRun({ exitCode: 4 }), failedRun({ exitCode: 130 })] }),
  ],
  [
    'a deploy that is under way',
    world({ runs: [failedRun({ exitCode: undefined, error: undefined, step: undefined })] }),
  ],
  [
    'a deploy that failed for its tasks, whose last words claim to be of Terraform',
    world({
      runs: [
        failedRun({
          step: 'Follow the deployment',
          error: `Deploy t:4: exited with code 1: ${refused('ECS: CreateService', 'InvalidParameterException: x')}`,
          detail: ['VpcLimitExceeded', 'Rate exceeded'],
        }),
      ],
    }),
  ],
  ['a pipeline that went well', pipeline({ conclusion: 'success', step: undefined, job: undefined })],
  ['a pipeline that somebody cancelled', pipeline({ conclusion: 'cancelled' })],
  [
    'a certificate that waits while another one serves',
    world({
      certificates: [
        {
          arn: 'a',
          domain: 'chat.example.com',
          status: 'PENDING_VALIDATION',
          reason: undefined,
          records: [],
        },
      ],
      domain: { name: 'chat.example.com', missing: undefined },
      'balancer.listeners.+': { port: 443, protocol: 'HTTPS', targets: true },
      'groups.0.ingress.0.to': 443,
    }),
  ],
  [
    "another environment's certificate that waits",
    world({
      certificates: [
        {
          arn: 'a',
          domain: 'other.example.com',
          status: 'PENDING_VALIDATION',
          reason: undefined,
          records: [],
        },
      ],
      domain: { name: 'chat.example.com', missing: undefined },
    }),
  ],
  [
    'a cache that is full of what nobody needs',
    world({ cacheUse: { memoryPercent: 99, evictionsAMinute: 3 } }),
  ],
  [
    'a program that is gone, and printed that the cache is full',
    world({ errors: [line('cache_away', { error: { message: 'OOM command not allowed' } }, 1)] }),
  ],
  [
    'a cache that was full once, and has had room since',
    world({ errors: [line('cache_away', { error: { message: 'OOM command not allowed' } }, 20)] }),
  ],
  [
    'a role whose policy has a condition: only IAM knows',
    world({
      'roles.0.statements': [
        { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: {} } },
      ],
    }),
  ],
  ['a role whose policies may not be read', world({ 'roles.0.statements': undefined })],
  ['a model that failed once', world({ errors: [line('model_failed', { kind: 'quota' })] })],
  ['a rollback of this morning', world(older)],
  [
    "the image of this morning's rollback, which is gone",
    world({
      ...older,
      'moves.0.revision': `${revision}0`,
      'revisions.+': { name: `${revision}0`, image: 'registry/x@sha256:1', secrets: [] },
      'images.+': { reference: 'registry/x@sha256:1', exists: false },
    }),
  ],
  [
    'a capacity that came back',
    world({
      'service.events.+': {
        at: ago(30),
        text: '(service s) was unable to place a task. Reason: Capacity is unavailable at this time.',
      },
    }),
  ],
  [
    'a target that is draining, and one that is new',
    world({ 'targets.targets.0.state': 'draining', 'targets.targets.1.state': 'initial' }),
  ],
  ['a health check by the number of the port', world({ 'targets.healthPort': '8080' })],
  ['a database that is being backed up', world({ 'database.status': 'backing-up' })],
  [
    'a lock that is held, and a state that is locked meanwhile',
    world({
      lock: { what: 'deploy', who: 'ana', since: ago(70), until: ago(-4) },
      stateLock: { id: 'x', who: 'ana', operation: 'Apply', created: ago(65) },
    }),
  ],
  ['an alarm that is new', world({ 'alarms.0.state': 'INSUFFICIENT_DATA', 'alarms.0.since': ago(30) })],
  [
    'a rule by block instead of by group',
    world({ 'groups.3.ingress.0.groups': [], 'groups.3.ingress.0.blocks': ['10.9.0.0/16'] }),
  ],
  [
    'a load balancer for callers with IPv6 alone, and a redirect that is shut on purpose',
    world({
      'groups.0.ingress.0.from': 443,
      'groups.0.ingress.0.to': 443,
      'groups.0.ingress.0.blocks': ['::/0'],
      'balancer.listeners': [
        { port: 443, protocol: 'HTTPS', targets: true },
        { port: 80, protocol: 'HTTP', targets: false },
      ],
    }),
  ],
  [
    'no NAT, and an endpoint for all that a start needs',
    world({
      'service.publicIp': false,
      'routes.endpoints': endpoints.map((service) => ({ service, state: 'available' })),
      'routes.subnets.0.out': undefined,
    }),
  ],
]

describe('decoys', () => {
  test.each(decoys)('%s yields no finding', (_name, snapshot) => {
    expect(diagnose(snapshot).findings.map(({ id, cause }) => `${id}: ${cause}`)).toEqual([])
  })
})

test('a quota that is reached: the request for more is filled in, with twice of what there is where that is known', () => {
  const asked = causes
    .filter(([id]) => id === 'quota-reached')
    .map(([, snapshot]) => diagnose(snapshot).findings[0]!.fix.command)
  const request = (service: string, code: string, value: number) =>
    `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value} --region us-east-1`
  expect(new Set(asked)).toEqual(
    new Set([
      request('fargate', 'L-3032A538', 12),
      request('vpc', 'L-F678F1CE', 10),
      request('ec2', 'L-0263D0A3', 10),
    ]),
  )
})

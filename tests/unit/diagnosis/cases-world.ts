import type { Case } from './cases-tasks'
import { ago, line, rolling, without, world } from './world'

const sick = (reason: string, text: string) => ({
  'targets.targets.0.state': 'unhealthy',
  'targets.targets.0.reason': reason,
  'targets.targets.0.text': text,
})
const refuses = sick('Target.ResponseCodeMismatch', 'Health checks failed with these codes: [404]')
const silent = sick('Target.Timeout', 'Request timed out')
const model = (kind: string) => world({ ready: without('model'), errors: [line('model_failed', { kind })] })
const database = (error: object) =>
  world({ ready: without('database'), errors: [line('database_away', { error })] })

const standing = 'desired=2 min=1 max=4 suspended=none revision=t:1 at=2026-11-20T03:00:00Z by=ada@laptop'

/** What the parts themselves show. */
export const worldCases: Case[] = [
  ['image-missing', world({ 'images.0.exists': false }), /no image/],
  ['image-architecture', world({ 'images.0.architectures': ['arm64'] }), /another processor/],
  [
    'secret-missing',
    world({ 'secrets.0.exists': false, 'secrets.0.keys': undefined }),
    /inputs.* OPENAI_API_KEY, SECRET_KEY, ADMIN_TOKEN come from it/,
  ],
  [
    'secret-missing',
    world({ 'secrets.0.markedForDeletion': true, 'secrets.0.keys': undefined }),
    /marked for deletion/,
  ],
  [
    'secret-key-missing',
    world({ 'secrets.0.keys': ['secret_key', 'admin_token'] }),
    /no key openai_api_key, which OPENAI_API_KEY is read from/,
  ],
  ['role-not-assumable', world({ 'roles.0.exists': false }), /staging-execution does not exist/],
  ['role-not-assumable', world({ 'roles.0.trusts': ['ec2.amazonaws.com'] }), /does not let ecs-tasks/],
  [
    'group-closes-app',
    world({ 'groups.1.ingress': [] }),
    /tria-aibpo-staging-app lets nothing in from tria-aibpo-staging-alb on port 8080/,
  ],
  [
    'group-closes-door',
    world({ 'groups.0.ingress': [], ready: [{ status: 0, degraded: [], error: 'timed out' }] }),
    /tria-aibpo-staging-alb lets nobody in on port 80: no request/,
  ],
  [
    'group-closes-door',
    world({ 'groups.0.ingress.0.from': 443, 'groups.0.ingress.0.to': 443 }),
    /nobody in on port 80/,
  ],
  ['group-closes-database', world({ 'groups.3.ingress': [] }), /no task reaches the database/],
  [
    'group-closes-database',
    world({ 'groups.3.ingress.0.from': 3306, 'groups.3.ingress.0.to': 3306 }),
    /port 5432/,
  ],
  [
    'group-closes-database',
    world({ 'groups.3.ingress.0.groups': [], 'groups.3.ingress.0.blocks': ['10.8.0.0/16'] }),
  ],
  ['group-closes-cache', world({ 'groups.2.ingress': [] }), /no task reaches the cache/],
  [
    'group-closes-cache',
    world({
      'groups.1.egress.0.protocol': 'tcp',
      'groups.1.egress.0.from': 5432,
      'groups.1.egress.0.to': 5432,
    }),
    /lets nothing out to tria-aibpo-staging-redis on port 6379/,
  ],
  [
    'no-way-out',
    world({ 'routes.subnets.0.out': { to: 'nat-1', state: 'blackhole' } }),
    /1 of 2 subnets.* leads to nat-1, which is gone/,
  ],
  ['no-way-out', world({ 'routes.subnets.0.out': undefined }), /no route to 0\.0\.0\.0\/0/],
  ['no-way-out', world({ 'service.publicIp': false }), /no public address/],
  [
    'no-way-out',
    world({
      'routes.subnets.1.out': { to: 'nat-1', state: 'active' },
      'routes.gateways': [{ id: 'nat-1', state: 'deleted' }],
    }),
    /which is deleted/,
  ],
  [
    'certificate-wrong',
    world({
      ready: [{ status: 0, degraded: [], error: 'not for it', code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
      'balancer.address': 'https://chat.example.com',
    }),
    /https:\/\/chat\.example\.com \(ERR_TLS/,
  ],
  ['subnet-full', world({ 'routes.subnets.0.free': 0 }), /10\.9\.1\.0\/24/],
  ['database-down', world({ 'database.status': 'stopped' }), /is stopped/],
  ['database-down', world({ 'database.status': 'storage-full' }), /storage-full/],
  [
    'database-refuses-password',
    database({
      message: 'failed',
      cause: { code: '28P01', message: 'password authentication failed for user "tria"' },
    }),
  ],
  ['database-out-of-connections', database({ message: 'sorry, too many clients already', code: '53300' })],
  ['cache-down', world({ cache: null }), /redis does not exist/],
  ['database-down', world({ database: null }), /-db does not exist/],
  ['cache-down', world({ 'cache.status': 'create-failed' }), /create-failed/],
  ['health-check-path', world({ ...refuses, 'targets.path': '/healthz' }), /asks for \/healthz/],
  ['health-check-port', world({ ...silent, 'targets.healthPort': '9090' }), /asks port 9090/],
  [
    'health-check-code',
    world({
      ...sick('Target.ResponseCodeMismatch', 'Health checks failed with these codes: [200]'),
      'targets.matcher': '204',
    }),
    /answers with 200, and the load balancer wants 204/,
  ],
  ['health-check-answer', world(refuses), /answer \/health with 404/],
  ['slow-start', world(silent), /30 s of grace/],
  ['slow-start', world({ ...silent, 'targets.path': '/ready' })],
  ['model-switched-off', world({ 'service.tags': { 'tria:model-off': 'at=2026' } })],
  ['model-key-refused', model('refused')],
  ['model-quota-used', model('quota')],
  ['model-limited', model('rate_limited')],
  ['model-unreachable', model('unavailable')],
  [
    'emergency-forgotten',
    world({ 'service.desired': 0, 'service.running': 0, 'service.tags': { 'tria:shutdown': standing } }),
    /2026-11-20T03:00:00Z by ada@laptop .*at 0 tasks/,
  ],
  ['scaling-suspended', world({ 'scaling.suspended': ['DynamicScalingOutSuspended'] })],
  ['service-missing', world({ service: null, targets: null, balancer: null, ready: [] })],
  [
    'deployment-stuck',
    world({ ...rolling, 'service.deployments.0.at': ago(45), 'service.running': 0 }),
    /for 45 minutes/,
  ],
  [
    'deployment-stuck',
    world({
      ...rolling,
      'service.events': [
        {
          at: ago(1),
          text: '(service s) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
        },
      ],
    }),
    /cannot take a step/,
  ],
  [
    'deployment-rolled-back',
    world({ 'moves.0.status': 'ROLLBACK_SUCCESSFUL', 'moves.0.finished': ago(10) }),
    /ROLLBACK_SUCCESSFUL/,
  ],
  [
    'lock-left',
    world({ lock: { what: 'deploy', who: 'ana', since: ago(70), until: ago(65) } }),
    /deploy has not come to its end/,
  ],
  [
    'state-locked',
    world({ stateLock: { id: 'x', who: 'ana@laptop', operation: 'Apply', created: ago(90) } }),
    /ana@laptop/,
  ],
  ['tasks-missing', world({ 'service.running': 1 }), /1 of 2/],
  [
    'tasks-missing',
    world({
      'service.running': 1,
      'service.pending': 1,
      'tasks.0.status': 'PENDING',
      'tasks.0.created': ago(9),
    }),
    /1 have been starting for over 5 minutes/,
  ],
  ['targets-unhealthy', world(sick('Elb.InternalError', 'Internal error')), /1 targets/],
  ['no-answer', world({ ready: [{ status: 502, degraded: [] }] }), /1 of 1/],
  ['database-degraded', world({ ready: without('database') })],
  ['cache-degraded', world({ ready: without('cache') })],
  ['model-degraded', world({ ready: without('model') })],
  ['alarm-ringing', world({ 'alarms.0.state': 'ALARM' })],
  [
    'alarm-without-data',
    world({ 'alarms.0.state': 'INSUFFICIENT_DATA', 'alarms.0.since': ago(3 * 24 * 60) }),
  ],
]

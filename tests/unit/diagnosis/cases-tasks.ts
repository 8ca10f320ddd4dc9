import type { Snapshot } from '../../../runbooks/diagnosis/snapshot'
import { ago, failedToStart, failing, recorded, telling, unstarted, world } from './world'

/** A cause, how it shows, and what its sentence must name. */
export type Case = [id: string, snapshot: Snapshot, words?: RegExp]

const asm =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): '
const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:tria-aibpo-staging/inputs-ntBcYQ'
export const noSecret = `${asm}failed to fetch secret ${arn} from secrets manager: operation error Secrets Manager: GetSecretValue, api error ResourceNotFoundException: Secrets Manager can't find the specified secret.`
export const noKey = `${asm}retrieved secret from Secrets Manager did not contain json key openai_api_key`
const pull = 'CannotPullContainerError: pull image manifest has been retried 1 time(s): '
const unhealthy = (reason: string) => ({
  at: ago(1),
  text: `(service s) (task 1) (port 8080) is unhealthy in (target-group arn:x) due to (reason ${reason}).`,
})

/** What AWS says of tasks that ended or did not start, in its own words. */
export const taskCases: Case[] = [
  ['image-missing', recorded('image-missing'), /sha256:.* which tria-aibpo-staging-task:2 names/],
  ['crash-on-start', recorded('crash-on-start'), /code 1; its last words: "Wrong configuration: PORT/],
  ['image-missing', unstarted(`${pull}failed to resolve ref x: not found`)],
  [
    'image-architecture',
    unstarted(`${pull}image Manifest does not contain descriptor matching platform 'linux/amd64'`),
    /another processor/,
  ],
  [
    'out-of-memory',
    failing({ exitCode: 137, containerReason: 'OutOfMemoryError: Container killed due to memory usage' }),
    /512 MiB/,
  ],
  ['killed', failing({ exitCode: 137 }), /exit code 137.* without AWS naming memory/],
  ['crash-on-start', failing({ exitCode: 127 }), /command is not in the image/],
  ['crash-on-start', failing({ exitCode: 0 }), /ended in order/],
  [
    'log-group-missing',
    unstarted(
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    ),
    /\/ecs\/tria-aibpo-staging does not exist/,
  ],
  // Where the secret could not be looked at, what the task was told is what there is.
  ['secret-missing', failing(failedToStart(noSecret), { secrets: [] })],
  [
    'secret-missing',
    failing(failedToStart(noSecret.replace('specified secret', 'specified secret value')), {
      'secrets.0.keys': undefined,
    }),
  ],
  ['secret-key-missing', failing(failedToStart(noKey), { 'secrets.0.keys': undefined })],
  [
    'role-lacks-permission',
    unstarted(
      `${asm}failed to fetch secret ${arn} from secrets manager: api error AccessDeniedException: User: arn:aws:sts::1:assumed-role/r/t is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    ),
    /may not secretsmanager:GetSecretValue/,
  ],
  [
    'role-not-assumable',
    telling(
      "was unable to place a task. Reason: ECS was unable to assume the role 'arn:aws:iam::1:role/r' that was provided for this task.",
    ),
  ],
  [
    'quota-reached',
    // What served is steady again: the deployment that was to come is what there was no room for.
    world({
      'service.events': [
        { at: ago(2), text: '(service s) has reached a steady state.' },
        {
          at: ago(4),
          text: "(service s) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.",
        },
      ],
      'moves.0.status': 'ROLLBACK_SUCCESSFUL',
      'moves.0.at': ago(5),
      'moves.0.finished': ago(2),
    }),
  ],
  [
    'quota-reached',
    telling(
      "was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.",
    ),
  ],
  [
    'quota-reached',
    telling(
      'was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you can run concurrently.',
    ),
  ],
  [
    'capacity-gone',
    telling(
      'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.',
    ),
  ],
  [
    'capacity-gone',
    failing({ exitCode: 143, stopCode: 'SpotInterruption', reason: 'Your Spot Task was interrupted.' }),
    /Spot/,
  ],
  [
    'health-check-answer',
    failing(
      {
        exitCode: 143,
        stopCode: 'ServiceSchedulerInitiated',
        reason: 'Task failed ELB health checks in (target-group arn:x)',
      },
      { 'service.events.+': unhealthy('Health checks failed with these codes: [503]') },
    ),
    /answer \/health with 503/,
  ],
]

import type { PipelineSeen, RunSeen } from '../../../runbooks/diagnosis/parts-runs'
import type { Snapshot } from '../../../runbooks/diagnosis/snapshot'
import type { Case } from './cases-tasks'
import { ago, line, recorded, telling, world } from './world'

/** A deploy that failed twenty minutes ago. */
export const failedRun = (more: Partial<RunSeen> = {}): RunSeen => ({
  name: '2026-11-23T12-40-00.000Z-deploy',
  runbook: 'deploy',
  at: ago(20),
  exitCode: 1,
  step: 'Apply the plan',
  error: 'Deploy failed',
  detail: [],
  ...more,
})

const ended = (error: string, more: Partial<RunSeen> = {}) => world({ runs: [failedRun({ error, ...more })] })

/** As Terraform's provider prints what AWS answers. */
export const refused = (operation: string, answer: string, address = 'aws_ecs_service.app') =>
  `Run terraform apply: creating ${operation.replace(': ', ' ')} (x): operation error ${operation}, https response error StatusCode: 400, RequestID: 5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f, ${answer} (${address})`

export const pipeline = (more: Partial<PipelineSeen>): Snapshot =>
  world({
    pipeline: {
      repository: 'ana/tria-aibpo',
      url: 'https://github.com/ana/tria-aibpo/actions/runs/1',
      workflow: 'aws-cicd.yml',
      at: ago(30),
      conclusion: 'failure',
      job: 'deploy',
      step: 'Something',
      lines: [],
      ...more,
    },
  })

const runningTask = (recorded('healthy').parts.tasks as { value: { id: string }[] }).value[0]!.id
const noRoom = "OOM command not allowed when used memory > 'maxmemory'."

const pending = {
  arn: 'arn:aws:acm:us-east-1:1:certificate/c',
  domain: 'chat.example.com',
  status: 'PENDING_VALIDATION',
  reason: undefined,
  records: ['CNAME _a.chat.example.com. -> _b.acm-validations.aws.'],
}
const statement = (Effect: string, Action: string) => ({ Effect, Action, Resource: '*' })
const start = ['ecr:*', 'logs:*', 'secretsmanager:*'].map((action) => statement('Allow', action))

/** What runs, the pipeline, the domain, the quotas and the policies show. */
export const runCases: Case[] = [
  [
    'terraform-refused',
    ended(
      refused(
        'ECS: CreateService',
        'InvalidParameterException: The target group with targetGroupArn arn:x does not have an associated load balancer.',
      ),
    ),
    /refused ECS CreateService for aws_ecs_service\.app \(InvalidParameterException: The target group/,
  ],
  [
    'terraform-refused',
    ended(
      refused(
        'ECS: RegisterTaskDefinition',
        'api error ClientException: No Fargate configuration exists for given values.',
      ),
    ),
    /No Fargate configuration exists/,
  ],
  [
    'terraform-refused',
    ended(
      refused(
        'RDS: CreateDBInstance',
        'api error InvalidParameterValue: The parameter MasterUserPassword is not a valid password.',
      ),
    ),
  ],
  [
    'quota-reached',
    ended(
      refused(
        'EC2: CreateVpc',
        'api error VpcLimitExceeded: The maximum number of VPCs has been reached.',
        'aws_vpc.main',
      ),
    ),
    /quota of VPCs per region/,
  ],
  [
    'quota-reached',
    ended(
      refused(
        'EC2: AllocateAddress',
        'api error AddressLimitExceeded: Too many addresses allocated',
        'aws_eip.nat[0]',
      ),
    ),
    /Elastic IP addresses/,
  ],
  [
    'infrastructure-failed',
    ended('Run terraform plan: Reference to undeclared input variable'),
    /terraform plan/,
  ],
  [
    'image-not-built',
    ended('Command docker ended with 1', {
      step: 'Build the image',
      detail: ['error: Module not found "server/nothing.ts"'],
    }),
  ],
  [
    'deployment-superseded',
    ended('Deploy tria-aibpo-staging-task:4: superseded by ecs-svc/2. A newer deployment has taken over'),
    /of tria-aibpo-staging-task:4, was superseded/,
  ],
  ['deployer-credentials', ended('AWS credentials: they have expired')],
  [
    'deployer-lacks-permission',
    ended('AWS: access denied to ecs:UpdateService on arn:aws:ecs:x for arn:aws:iam::1:user/ana'),
    /denied ecs:UpdateService/,
  ],
  ['aws-throttles', ended("AWS: it is throttling this account's calls (Rate exceeded)")],
  ['aws-throttles', telling('operations are being throttled. Will try again later.'), /what ECS does/],
  [
    'pipeline-role-refused',
    pipeline({
      step: 'Credentials of the deploy role',
      lines: ['Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity'],
    }),
    /ana\/tria-aibpo may not take on/,
  ],
  [
    'pipeline-credentials',
    pipeline({ lines: ['Credentials could not be loaded: Could not load credentials from any providers'] }),
  ],
  [
    'pipeline-build-failed',
    pipeline({ step: 'Build the image', lines: ['failed to solve: process did not complete'] }),
  ],
  ['pipeline-tests-failed', pipeline({ job: 'tests', step: 'npm test' }), /npm test/],
  ['pipeline-failed', pipeline({ conclusion: 'timed_out' }), /timed_out/],
  [
    'certificate-not-validated',
    world({ certificates: [pending], domain: { name: 'chat.example.com', missing: undefined } }),
    /chat\.example\.com is not good: pending validation; DNS lacks/,
  ],
  [
    'certificate-not-validated',
    world({
      certificates: [{ ...pending, status: 'EXPIRED', records: [] }],
      domain: { name: 'chat.example.com', missing: undefined },
    }),
    /expired/,
  ],
  [
    'certificate-not-validated',
    ended(
      'Run terraform apply: waiting for ACM Certificate (arn:aws:acm:us-east-1:1:certificate/c) to be issued: timeout (aws_acm_certificate_validation.app[0])',
    ),
    /waited in vain/,
  ],
  [
    'domain-astray',
    world({
      domain: {
        name: 'chat.example.com',
        missing: 'chat.example.com does not resolve (ENOTFOUND): make the record',
      },
    }),
    /does not resolve/,
  ],
  ['quota-below-scaling', world({ 'scaling.max': 40 }), /40 tasks of 0\.25 vCPU.* 6 vCPUs/],
  [
    'cache-full',
    world({ errors: [{ ...line('cache_away', { error: { message: noRoom } }, 1), task: runningTask }] }),
    /takes no more writes/,
  ],
  [
    'cache-full',
    world({ cacheUse: { memoryPercent: 99.6, evictionsAMinute: 420 } }),
    /memory 100 %, 420 evictions/,
  ],
  [
    'role-lacks-permission',
    world({ 'roles.0.statements': [...start, statement('Deny', 'ecr:BatchGetImage')] }),
    /ecr:BatchGetImage/,
  ],
  ['role-lacks-permission', world({ 'roles.0.statements': start.slice(1) }), /ecr:GetAuthorizationToken/],
]

/** What AWS would not do for Terraform. */
export interface Refusal {
  /** The operation and what it was for, as the provider calls them. */
  what: string
  code: string
  message: string
  /** What to do first. */
  hint: string
  quota?: Limit
}

export interface Limit {
  service: string
  code: string
  name: string
}

/** By the error that says that a quota is reached: which one. https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html */
const limits: Record<string, Limit> = {
  VpcLimitExceeded: { service: 'vpc', code: 'L-F678F1CE', name: 'VPCs per region' },
  AddressLimitExceeded: { service: 'ec2', code: 'L-0263D0A3', name: 'Elastic IP addresses' },
  NatGatewayLimitExceeded: { service: 'vpc', code: 'L-FE5A380F', name: 'NAT gateways per zone' },
  TooManyLoadBalancers: { service: 'elasticloadbalancing', code: 'L-53DA6B97', name: 'load balancers' },
  TooManyTargetGroups: { service: 'elasticloadbalancing', code: 'L-B22855CB', name: 'target groups' },
  InstanceQuotaExceeded: { service: 'rds', code: 'L-7B6409FD', name: 'database instances' },
  NodeQuotaForCustomerExceeded: { service: 'elasticache', code: 'L-DFE45DF3', name: 'cache nodes' },
}

/** What is usually behind AWS's words for a value that it does not take. */
const hints: [RegExp, string][] = [
  [
    /No Fargate configuration exists|Invalid 'cpu' setting/,
    'after ecs_task_cpu and ecs_task_memory are a pair that Fargate has',
  ],
  [/MasterUserPassword/, 'after raising secrets_version: the password has what RDS does not take'],
  [/Cannot find version|engine version/i, 'after an engine version that the region has'],
  [
    /already ?exists|AlreadyExists|not idempotent/i,
    'after terraform import, or after what was made by hand is gone',
  ],
  [/does not have an associated load balancer/, 'once more: the listener was not there yet'],
  [/unable to assume|trust relationship|PassRole/, 'after the role can be assumed and passed'],
]

/** `operation error ECS: CreateService, ... InvalidParameterException: ...`, as the provider prints AWS's errors. */
const shape = /operation error ([\w .&-]+): (\w+),[\s\S]*?(?:api error |RequestID: [\w-]+, )(\w+): ([^\n]*)/

/** What a failed Terraform says of a refusal by AWS; undefined where it failed otherwise. */
export function refusalIn(text: string | undefined): Refusal | undefined {
  const [, service, operation, code = '', message = ''] = text?.match(shape) ?? []
  if (!operation) return undefined
  const name = code.replace(/(Exception|Fault)$/, '')
  const address = text?.match(/\(((?:module\.[\w.]+\.)?(?:aws|data)[\w.[\]"-]+)\)/)?.[1]
  const hint = hints.find(([words]) => words.test(`${code}: ${message}`))?.[1]
  const quota = limits[name]
  return {
    what: `${service} ${operation}${address ? ` for ${address}` : ''}`,
    code,
    message: message.trim(),
    hint: hint ?? "after what the message names is corrected in the environment's tfvars",
    ...(quota && { quota }),
  }
}

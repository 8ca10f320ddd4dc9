import { randomUUID } from 'node:crypto'

/** Why a task stopped or did not start, in AWS's words; the cause is often at the end. */
export const reasonWords = {
  exited: 'Essential container in task exited',
  scaling: (deployment: string) => `Scaling activity initiated by (deployment ${deployment})`,
  failedTarget: (targetGroup: string) => `Task failed ELB health checks in (target-group ${targetGroup})`,
  failedContainer: 'Task failed container health checks',
  byUser: 'Task stopped by user',
  outOfMemory: 'OutOfMemoryError: Container killed due to memory usage',
  spot: 'Your Spot Task was interrupted.',
  cannotPull: (image: string, why: string) =>
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${why}`,
  otherPlatform: (platform: string) =>
    `CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform '${platform}'`,
  noInterface: (why: string) => `Unexpected EC2 error while attempting to create network interface: ${why}`,
  cannotStart: (command: string, why: string) =>
    `CannotStartContainerError: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${command}": ${why}: unknown`,
}

const cannotInitialise = 'ResourceInitializationError: '
const retrieval =
  'unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: '

export const initialisationWords = {
  secretRefused: (arn: string, code: string, message: string) =>
    `${cannotInitialise}${retrieval}service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, RequestID: ${randomUUID()}, api error ${code}: ${message}`,
  noJsonKey: (key: string) =>
    `${cannotInitialise}${retrieval}service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key ${key}`,
  notJson: (arn: string) =>
    `${cannotInitialise}${retrieval}service call has been retried 1 time(s): unable to unmarshal secret ${arn} from Secrets Manager: invalid character looking for beginning of value`,
  registryRefused: (message: string) =>
    `${cannotInitialise}unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): operation error ECR: GetAuthorizationToken, https response error StatusCode: 400, RequestID: ${randomUUID()}, api error AccessDeniedException: ${message}`,
  pullForbidden: (image: string) =>
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: unexpected status from HEAD request: 403 Forbidden`,
  noSuchLogGroup: `${cannotInitialise}failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1`,
  logGroupRefused: (message: string) =>
    `${cannotInitialise}failed to validate logger args: failed to create Cloudwatch log group: AccessDeniedException: ${message} : exit status 1`,
  logsRefused: (message: string) =>
    `${cannotInitialise}failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: ${message} : exit status 1`,
  parameterRefused: (name: string, code: string, message: string) =>
    `${cannotInitialise}unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): failed to fetch parameter ${name}: api error ${code}: ${message}`,
  /** The execution role does not exist, or ECS may not use it. */
  cannotAssume: (role: string) =>
    `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
}

const timedOut = 'RequestCanceled: request context canceled caused by: context deadline exceeded'
const check = 'Check your task network configuration.'

/** The task's network does not lead to what its start needs. */
export const connectionWords = {
  registryAuth: `${cannotInitialise}unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. ${check} ${timedOut}`,
  pull: (image: string) =>
    `CannotPullContainerError: The task cannot pull ${image} from the registry ${image}. There is a connection issue between the task and the registry. ${check}`,
  secret: (arn: string) =>
    `${cannotInitialise}${retrieval}There is a connection issue between the task and AWS Secrets Manager. ${check} failed to fetch secret ${arn} from secrets manager: ${timedOut}`,
  logs: `${cannotInitialise}failed to validate logger args: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed`,
}

/** `User: … is not authorized to perform: …`, as IAM answers a task's execution role. */
export function notAuthorized(who: string, action: string, resource: string, explicit: boolean): string {
  const because = explicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`
  return `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${because}`
}

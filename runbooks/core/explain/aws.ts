import type { Context, Explanation } from './explain'

/** The part of an SDK error that says what went wrong. */
interface AwsLike {
  name?: string
  Code?: string
  message?: string
  $metadata?: { httpStatusCode?: number; requestId?: string }
}

type Rule = (error: AwsLike, context: Context) => Explanation

const signIn = 'aws sso login, or new keys in the environment; then: aws sts get-caller-identity'

const expired: Rule = () => ({ sentence: 'AWS credentials: they have expired', next: signIn })
const missing: Rule = (_, { profile }) =>
  profile
    ? {
        sentence: `AWS credentials: the profile ${profile} has none`,
        next: `aws configure list-profiles; aws configure --profile ${profile}`,
      }
    : { sentence: 'AWS credentials: none were found', next: 'aws configure, or export AWS_PROFILE=NAME' }
const invalid: Rule = () => ({
  sentence: 'AWS credentials: AWS does not know this access key',
  next: 'aws sts get-caller-identity   # which key is in use; then aws configure',
})
const signature: Rule = () => ({
  sentence: 'AWS credentials: the secret key does not belong to the access key',
  next: 'aws configure',
})
const clock: Rule = () => ({
  sentence: "AWS credentials: this machine's clock is too far from AWS's",
  next: 'sudo timedatectl set-ntp true',
})
const noCluster: Rule = (_, { environment = '' }) => ({
  sentence: `Environment ${environment}: there is no such environment in this account and region`.replace(
    ' :',
    ':',
  ),
  next: 'aws ecs list-clusters   # one for each environment; bun runbooks/deploy.ts makes one',
})
const noService: Rule = (_, { environment = '' }) => ({
  sentence: `Environment ${environment}: its ECS service does not exist`.replace(' :', ':'),
  next: `bun runbooks/deploy.ts${environment ? ` --environment ${environment}` : ''}`,
})
const throttled: Rule = ({ message }) => ({
  sentence: `AWS: it is throttling this account's calls${message ? ` (${message})` : ''}`,
  next: 'the same command again in a minute',
})
const denied: Rule = ({ message = '' }) => {
  const action = message.match(/perform:?\s+([\w-]+:\w+)/)?.[1]
  const who = message.match(/(arn:aws[\w-]*:(?:sts|iam)::\S+?)[\s,]/)?.[1]
  const resource = message.match(/on resource:\s+(\S+)/)?.[1]
  return {
    sentence: `AWS: access denied to ${action ?? 'this call'}${resource ? ` on ${resource}` : ''}${who ? ` for ${who}` : ''}`,
    next: action
      ? `allow it: ${JSON.stringify(statement(action, resource))}`
      : 'ask for the permission that the detail names',
  }
}

/** By error name: AWS's services spell the same trouble in their own ways. */
const rules: Record<string, Rule> = {
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestExpired: expired,
  TokenRefreshRequired: expired,
  CredentialsProviderError: ({ message = '' }, context) =>
    /expired|refresh|sso/i.test(message) ? expired({}, context) : missing({}, context),
  TokenProviderError: expired,
  NoCredentials: missing,
  MissingAuthenticationToken: missing,
  MissingAuthenticationTokenException: missing,
  UnrecognizedClientException: invalid,
  InvalidClientTokenId: invalid,
  InvalidAccessKeyId: invalid,
  AuthFailure: invalid,
  NotSignedUp: invalid,
  SignatureDoesNotMatch: signature,
  InvalidSignatureException: ({ message = '' }) =>
    /expired|now earlier|not yet current/i.test(message) ? clock({}, {}) : signature({}, {}),
  RequestTimeTooSkewed: clock,
  ClusterNotFoundException: noCluster,
  ServiceNotFoundException: noService,
  ServiceNotActiveException: noService,
  Throttling: throttled,
  ThrottlingException: throttled,
  ThrottledException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,
  RequestThrottled: throttled,
  RequestThrottledException: throttled,
  SlowDown: throttled,
  AccessDenied: denied,
  AccessDeniedException: denied,
  AccessDeniedFault: denied,
  UnauthorizedOperation: denied,
  UnauthorizedException: denied,
}

/** Names that only an AWS answer has are enough; the others need AWS's metadata beside them. */
export function explainAws(error: object, context: Context = {}): Explanation | undefined {
  const { name, Code, message, $metadata } = error as AwsLike
  if (/region is missing/i.test(message ?? '')) {
    return {
      sentence: 'AWS region: none is configured',
      next: 'export AWS_REGION=us-east-1, or add --region us-east-1',
    }
  }
  if (/could not load credentials from any providers/i.test(message ?? '')) return missing({}, context)
  if (
    /profile .* (could not be found|not found)|could not resolve credentials using profile/i.test(
      message ?? '',
    )
  ) {
    return { sentence: `AWS profile: ${message}`, next: 'aws configure list-profiles' }
  }
  for (const key of [name, Code]) {
    const rule = key === undefined || !Object.hasOwn(rules, key) ? undefined : rules[key]
    if (rule) return rule(error as AwsLike, context)
  }
  if ($metadata?.httpStatusCode === 429) return throttled(error as AwsLike, context)
  // A HEAD request has no body to say more than its status.
  if ($metadata?.httpStatusCode === 403 && name !== 'Error') return denied(error as AwsLike, context)
  return undefined
}

function statement(action: string, resource = '*') {
  return { Effect: 'Allow', Action: action, Resource: resource }
}

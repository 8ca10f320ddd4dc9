import { describe, expect, test } from 'bun:test'
import { CommandFailed } from '../../../runbooks/core/commands/command'
import { Failed, Refused } from '../../../runbooks/core/errors'
import { explain, sentence } from '../../../runbooks/core/explain/explain'

const aws = (name: string, message = 'x', status = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } })
const system = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })

describe('explain: every trouble that users meet has a sentence and a next command', () => {
  test.each<[string, unknown, RegExp, RegExp]>([
    ['ExpiredToken', aws('ExpiredToken'), /credentials: they have expired/, /aws sso login/],
    ['ExpiredTokenException', aws('ExpiredTokenException'), /they have expired/, /sts get-caller-identity/],
    [
      'SSO session over',
      aws('CredentialsProviderError', 'The SSO session associated with this profile has expired'),
      /expired/,
      /sso login/,
    ],
    [
      'no credentials',
      aws('CredentialsProviderError', 'Could not load credentials from any providers'),
      /none were found/,
      /aws configure/,
    ],
    [
      'UnrecognizedClientException',
      aws('UnrecognizedClientException'),
      /does not know this access key/,
      /get-caller-identity/,
    ],
    ['InvalidClientTokenId', aws('InvalidClientTokenId'), /does not know this access key/, /aws configure/],
    ['SignatureDoesNotMatch', aws('SignatureDoesNotMatch'), /secret key does not belong/, /aws configure/],
    [
      'clock',
      aws('InvalidSignatureException', 'Signature expired: 2020 is now earlier than 2021'),
      /clock/,
      /timedatectl/,
    ],
    [
      'no such profile',
      aws(
        'CredentialsProviderError',
        'Could not resolve credentials using profile: [nope] in configuration/credentials file(s).',
      ),
      /AWS profile: .*nope/,
      /list-profiles/,
    ],
    ['region missing', new Error('Region is missing'), /region: none/, /AWS_REGION=us-east-1/],
    [
      'ClusterNotFoundException',
      aws('ClusterNotFoundException', 'Cluster not found.'),
      /Environment staging: there is no such environment/,
      /list-clusters/,
    ],
    [
      'ServiceNotFoundException',
      aws('ServiceNotFoundException'),
      /Environment staging: its ECS service does not exist/,
      /deploy.ts --environment staging/,
    ],
    [
      'Throttling',
      aws('ThrottlingException', 'Rate exceeded'),
      /throttling this account's calls \(Rate exceeded\)/,
      /in a minute/,
    ],
    ['429', aws('Whatever', 'slow', 429), /throttling/, /same command/],
    [
      'access denied',
      aws(
        'AccessDeniedException',
        'User: arn:aws:sts::123456789012:assumed-role/ci/me is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:us-east-1:123456789012:service/c/s because no identity-based policy allows the ecs:UpdateService action',
        403,
      ),
      /access denied to ecs:UpdateService on arn:aws:ecs:us-east-1:123456789012:service\/c\/s for arn:aws:sts::123456789012:assumed-role\/ci\/me/,
      /"Action":"ecs:UpdateService","Resource":"arn:aws:ecs/,
    ],
    [
      'EC2 denied',
      aws('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403),
      /access denied to this call/,
      /permission/,
    ],
    ['HEAD 403', aws('403', 'UnknownError', 403), /access denied/, /permission/],
    [
      'Terraform missing',
      system('ENOENT', { syscall: 'spawn terraform', path: 'terraform' }),
      /^Terraform: not found on the PATH$/,
      /hashicorp/,
    ],
    [
      'Docker missing',
      system('ENOENT', { syscall: 'spawn docker', path: 'docker' }),
      /^Docker: not found on the PATH$/,
      /docs.docker.com/,
    ],
    [
      'another program missing',
      system('ENOENT', { syscall: 'spawn jq', path: 'jq' }),
      /^jq: not found/,
      /install jq/,
    ],
    [
      'refused',
      system('ECONNREFUSED', { address: '127.0.0.1', port: 4566 }),
      /nothing answers at 127.0.0.1:4566/,
      /curl -sSI http:\/\/127.0.0.1:4566/,
    ],
    [
      'refused, in Bun',
      system('ConnectionRefused', { path: 'https://ecs.us-east-1.amazonaws.com/' }),
      /nothing answers at ecs.us-east-1/,
      /curl/,
    ],
    [
      'ENOTFOUND',
      system('ENOTFOUND', { hostname: 'sts.us-east-1.amazonaws.com' }),
      /name sts.us-east-1.amazonaws.com cannot be resolved/,
      /curl/,
    ],
    ['ETIMEDOUT', system('ETIMEDOUT'), /no answer in time/, /curl/],
    ['TimeoutError', new DOMException('late', 'TimeoutError'), /no answer in time/, /curl/],
    ['ECONNRESET', system('ECONNRESET'), /broke off/, /same command again/],
    ['behind a cause', new Error('outer', { cause: aws('ExpiredToken') }), /they have expired/, /sso login/],
    [
      'in an aggregate',
      new AggregateError([system('ECONNREFUSED', { address: '::1', port: 5432 })]),
      /nothing answers at ::1:5432/,
      /curl/,
    ],
    [
      'docker daemon',
      new CommandFailed(
        'docker',
        ['build'],
        1,
        '',
        'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      ),
      /daemon is not running/,
      /start docker/,
    ],
    [
      'disk',
      new CommandFailed('docker', ['build'], 1, '', 'write /x: no space left on device'),
      /Disk: it is full/,
      /df -h/,
    ],
    [
      'expired, told by Terraform',
      new Failed(
        'Run terraform plan: api error ExpiredToken: The security token included in the request is expired',
      ),
      /they have expired/,
      /sso login/,
    ],
    [
      'no credentials, told by Terraform',
      new Failed('Run terraform plan: No valid credential sources found'),
      /Terraform found none/,
      /aws configure/,
    ],
  ])('%s', (_, error, says, next) => {
    const explained = explain(error, { environment: 'staging' })
    expect(explained?.sentence).toMatch(says)
    expect(explained?.next).toMatch(next)
  })

  const lockInfo = `Error acquiring the state lock
Error message: operation error S3: PutObject, https response error StatusCode: 412
Lock Info:
  ID:        3e9f6a3c-8a56-2d5f-9a4f-1d6b3d1f7c55
  Path:      tria-aibpo-123456789012-us-east-1-state/staging/terraform.tfstate
  Operation: OperationTypeApply
  Who:       alice@laptop
  Version:   1.11.4
  Created:   2026-11-23 08:20:04.123 +0000 UTC
  Info:`
  test.each([
    ['as Terraform prints it', lockInfo],
    ['in a box', lockInfo.replaceAll(/^/gm, '│ ')],
  ])("Terraform's state lock, %s: who, for what, since when, and how to force it", (_, text) => {
    const explained = explain(new CommandFailed('terraform', ['apply'], 1, '', text))
    expect(explained).toEqual({
      sentence:
        "Terraform's state is locked for apply by alice@laptop since 2026-11-23 08:20:04.123 +0000 UTC",
      next: 'wait for it, or if it is certain that nothing runs: terraform -chdir=terraform/aws force-unlock 3e9f6a3c-8a56-2d5f-9a4f-1d6b3d1f7c55',
    })
  })

  test("a runbook's own sentence stays, whatever caused it", () => {
    const error = new Failed('Deploy 12: task could not pull its image', {
      cause: aws('AccessDeniedException'),
      next: 'x',
    })
    expect(explain(error)).toEqual({ sentence: 'Deploy 12: task could not pull its image', next: 'x' })
    expect(sentence(new Refused('no'))).toBe('no')
  })

  test('what has no sentence of its own keeps its message', () => {
    expect(explain(new Error('odd'))).toBeUndefined()
    expect(sentence(new Error('odd'))).toBe('odd')
    expect(sentence('text')).toBe('text')
    expect(explain(null)).toBeUndefined()
  })
})

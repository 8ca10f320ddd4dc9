import { IAM } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import type { Trouble } from '../../rehearsal/small-trouble'

const host = 'token.actions.githubusercontent.com'
const RoleName = 'tria-aibpo-deploy'

/** Who a job of that repository says it is, for the environment it deploys to. */
const subjectOf = (repository: string) => `repo:${repository}:environment:staging`

const trust = (provider: string, repository: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: provider },
        Condition: {
          StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: subjectOf(repository) },
        },
      },
    ],
  })

/** The deploy role, and GitHub as an identity provider, as terraform/bootstrap/github.tf makes them. */
export async function deployRole({ small }: Trouble, repository: string) {
  const iam = new IAM(small.settings)
  const { OpenIDConnectProviderArn: provider } = await iam.createOpenIDConnectProvider({
    Url: `https://${host}`,
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: ['0'.repeat(40)],
  })
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust(provider!, repository) })
  return {
    trust: (other: string) =>
      iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trust(provider!, other) }),
  }
}

/**
 * Keys for a job of the repository: the trust policy decides, as AWS STS does, which moto does not. What is thrown is
 * told in the words of aws-actions/configure-aws-credentials.
 */
export async function credentialsFor({ small }: Trouble, repository: string, mayAsk: boolean) {
  if (!mayAsk)
    throw new Error(
      'Credentials could not be loaded, please check your action inputs: Could not load credentials from any providers',
    )
  const iam = new IAM(small.settings)
  const { OpenIDConnectProviderList = [] } = await iam.listOpenIDConnectProviders()
  const provider = OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(`/${host}`))?.Arn
  if (!provider)
    throw new Error(
      `Could not assume role with OIDC: No OpenIDConnect provider found in your account for https://${host}`,
    )
  const { Role } = await iam.getRole({ RoleName })
  const { Statement } = JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))
  const lets = (one: Statement) =>
    one.Principal?.Federated === provider &&
    one.Condition?.StringEquals?.[`${host}:sub`] === subjectOf(repository)
  if (!Statement.some(lets))
    throw new Error(
      'Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    )
  const { Credentials } = await new STS(small.settings).assumeRoleWithWebIdentity({
    RoleArn: Role!.Arn!,
    RoleSessionName: 'GitHubActions',
    WebIdentityToken: crypto.randomUUID(),
  })
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials!
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  }
}

interface Statement {
  Principal?: { Federated?: string }
  Condition?: { StringEquals?: Record<string, string> }
}

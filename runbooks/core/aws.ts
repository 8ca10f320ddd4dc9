import { stateBucket } from '../aws/stack'
import { Usage } from './errors'
import type { RunEvent } from './events'
import { home } from './home'
import { localObjects } from './objects/local'
import type { Objects } from './objects/objects'

export interface Identity {
  account: string
  arn: string
}

/** The run's door to AWS: nothing of the SDK is loaded, and nobody is asked, before it is needed. */
export interface Aws {
  client<C>(Client: new (config: object) => C): C
  identity(): Promise<Identity>
  state(): Promise<Objects>
  /** The state bucket, whether it is there or not: only who calls is asked for it. */
  bucket(): Promise<Objects>
  /** What `state` has found already; asks nobody. */
  known(): Objects | undefined
}

interface Place {
  region: string | undefined
  profile: string | undefined
}

/**
 * How long a call may take, in milliseconds: the SDK's own default is for ever, and past `requestTimeout` alone it
 * only warns.
 */
export const awsPatience = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true }

export function createAws(place: Place, emit: (event: RunEvent) => void): Aws {
  const clients = new Map<unknown, unknown>()
  let identity: Promise<Identity> | undefined
  let found: Objects | undefined
  let asking: Promise<Objects> | undefined

  function client<C>(Client: new (config: object) => C): C {
    if (!place.region) throw noRegion()
    const made = clients.get(Client) ?? new Client(configuration(place))
    clients.set(Client, made)
    return made as C
  }

  async function whoami(): Promise<Identity> {
    const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
    const { Account = '', Arn = '' } = await client(STSClient).send(new GetCallerIdentityCommand())
    emit({ type: 'who', account: Account, arn: Arn })
    return { account: Account, arn: Arn }
  }

  async function find(): Promise<Objects> {
    const { account } = await aws.identity()
    const { bucketObjects } = await import('./objects/s3')
    found = await bucketObjects(aws, stateBucket(account, place.region!))
    return found ?? localObjects(home())
  }

  const aws: Aws = {
    client,
    identity() {
      identity ??= whoami()
      // Only an answer is remembered: credentials may be renewed while the run waits.
      identity.catch(() => {
        identity = undefined
      })
      return identity
    },
    async state() {
      if (found) return found
      // Whoever asks meanwhile waits for the same answer; that there is none yet is not remembered.
      asking ??= find().finally(() => {
        asking = undefined
      })
      return asking
    },
    async bucket() {
      const { account } = await aws.identity()
      const { objectsOf } = await import('./objects/s3')
      return found ?? objectsOf(aws, stateBucket(account, place.region!))
    },
    known: () => found,
  }
  return aws
}

export function noRegion(): Usage {
  return new Usage('No AWS region: neither --region, AWS_REGION nor the profile names one', {
    next: 'export AWS_REGION=us-east-1',
  })
}

function configuration({ region, profile }: Place): object {
  return {
    region,
    ...(profile ? { profile } : {}),
    requestHandler: awsPatience,
  }
}

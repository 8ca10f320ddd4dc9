import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { IAMClient } from '@aws-sdk/client-iam'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { World } from '../world.ts'

/** Clients of moto itself, past the gateway: what the scheduler reads there is no call of the user's. */
export function motoClients(world: World) {
  const settings = {
    endpoint: world.motoUrl,
    region: world.region,
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    maxAttempts: 2,
  }
  return {
    ecs: new ECSClient(settings),
    secrets: new SecretsManagerClient(settings),
    iam: new IAMClient(settings),
    logs: new CloudWatchLogsClient(settings),
    // By way of the gateway, which takes the metrics out of the lines.
    lines: new CloudWatchLogsClient({ ...settings, endpoint: world.gatewayUrl || world.motoUrl }),
    // The gateway keeps the metrics: moto knows no percentiles, and matches dimensions in part.
    metrics: new CloudWatchClient({ ...settings, endpoint: world.gatewayUrl || world.motoUrl }),
    alarmStates: new CloudWatchClient(settings),
    balancers: new ElasticLoadBalancingV2Client(settings),
  }
}

export type Moto = ReturnType<typeof motoClients>

import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Eni, Network } from '../ports.ts'
import { connectionWords } from '../words/reasons.ts'
import { StartFailure } from './failure.ts'
import { parseSecretReference } from './secrets.ts'

const isInEcr = (image: string) => /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\//.test(image)

/** Whether the task's own network leads to the AWS services that its start needs; without, Fargate cannot start it. */
export async function checkReach(
  network: Network,
  eni: Eni,
  containers: ContainerDefinition[],
): Promise<void> {
  const need = async (service: string, failure: string) => {
    if (!(await network.reachAws(eni, service)).open) throw new StartFailure(failure)
  }
  for (const { image = '', secrets = [], logConfiguration } of containers) {
    if (isInEcr(image)) {
      await need('ecr.api', connectionWords.registryAuth)
      // The manifest comes from the registry's own endpoint, its layers from S3.
      await need('ecr.dkr', connectionWords.pull(image))
      await need('s3', connectionWords.pull(image))
    }
    const [secret] = secrets
    if (secret)
      await need('secretsmanager', connectionWords.secret(parseSecretReference(secret.valueFrom!).arn))
    if (logConfiguration?.logDriver === 'awslogs') await need('logs', connectionWords.logs)
  }
}

import { join } from 'node:path'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Ground } from '../ground.ts'
import type { Eni, Image } from '../ports.ts'
import { initialisationWords, reasonWords } from '../words/reasons.ts'
import { type Command, commandOf } from './command.ts'
import { containersOf, portsOf } from './definition.ts'
import { environmentOf, makeHome } from './environment.ts'
import { StartFailure } from './failure.ts'
import { type LogSink, openLogs } from './logs.ts'
import type { TaskPlan } from './plan.ts'
import { checkReach } from './reach.ts'
import { type ExecutionRole, executionRole } from './role.ts'
import { readSecrets } from './secrets.ts'

/** A container with everything it needs to start. */
export interface Prepared {
  definition: ContainerDefinition
  image: Image
  command: Command
  env: Record<string, string>
  logs: LogSink
  preload: string
}

export const homeOf = (ground: Ground, task: string) => join(ground.world.dir, 'tasks', task)

/** What happens in PENDING: images, secrets and log streams, each of which can keep the task from starting. */
export async function prepare(plan: TaskPlan, eni: Eni, ground: Ground): Promise<Prepared[]> {
  const { definition, overrides } = plan
  const home = homeOf(ground, plan.id)
  const ports = portsOf(definition)
  const roleArn = overrides?.executionRoleArn ?? definition.executionRoleArn
  const [role, network] = await Promise.all([
    executionRole(ground.moto, roleArn, ground.world.account, plan.id),
    ground.network.processEnvironment(eni, ports),
  ])
  const loopback = ports.map((container) => ({ container, loopback: ground.network.listen(eni, container) }))
  makeHome(home, network.preload, loopback)
  await checkReach(ground.network, eni, containersOf(definition))
  return Promise.all(
    containersOf(definition).map(async (it) => {
      const override = overrides?.containerOverrides?.find((one) => one.name === it.name)
      const [image, secrets] = await Promise.all([
        pull(it.image!, role, ground),
        readSecrets(ground.moto, it, role),
      ])
      refuseOther(image, definition.runtimePlatform?.cpuArchitecture)
      const env = environmentOf({
        world: ground.world,
        image,
        definition: it,
        override,
        secrets,
        eni,
        machinery: { ...network.env, ...ground.trust.env },
        home,
      })
      const account = ground.world.account
      const logs = await openLogs(ground.moto, it, { id: plan.id, account }, role, ground.durations.logFlush)
      const command = commandOf(it, image, override, network.preload)
      return { definition: it, image, command, env, logs, preload: network.preload }
    }),
  )
}

/** The bundle would run on any processor here; an image on AWS runs on the one it was built for. */
function refuseOther({ architecture }: Image, wanted: string | undefined): void {
  const platform = wanted && { ARM64: 'arm64', X86_64: 'amd64' }[wanted]
  if (platform && architecture && platform !== architecture)
    throw new StartFailure(reasonWords.otherPlatform(`linux/${platform}`))
}

async function pull(reference: string, role: ExecutionRole, ground: Ground): Promise<Image> {
  const registry = /^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(reference)
  if (registry) {
    const [, account, region, repository] = registry
    const refusal = role.refusal('ecr:GetAuthorizationToken', '*')
    if (refusal) throw new StartFailure(initialisationWords.registryRefused(refusal))
    const arn = `arn:aws:ecr:${region}:${account}:repository/${repository}`
    if (role.refusal('ecr:BatchGetImage', arn))
      throw new StartFailure(initialisationWords.pullForbidden(reference))
  }
  try {
    return await ground.images.resolve(reference)
  } catch (error) {
    const message = (error as Error).message
    throw new StartFailure(
      message.startsWith('CannotPullContainerError') ? message : reasonWords.cannotPull(reference, message),
    )
  }
}

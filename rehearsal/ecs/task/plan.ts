import type {
  AwsVpcConfiguration,
  Container,
  LoadBalancer,
  Tag,
  Task,
  TaskDefinition,
  TaskOverride,
} from '@aws-sdk/client-ecs'
import { type Arns, hexId } from '../ids.ts'
import { containersOf } from './definition.ts'

/** Everything that is decided about a task before it starts. */
export interface TaskPlan {
  id: string
  cluster: { name: string; arn: string }
  definition: TaskDefinition
  overrides?: TaskOverride | undefined
  vpc: AwsVpcConfiguration
  /** `service:NAME` or `family:NAME`. */
  group: string
  startedBy?: string | undefined
  /** One of the two, as the service or the request named it. */
  launchType?: 'FARGATE' | undefined
  capacityProviderName?: string | undefined
  tags: Tag[]
  enableExecuteCommand: boolean
  loadBalancers: LoadBalancer[]
}

/** The task as DescribeTasks first shows it. */
export function newView(plan: TaskPlan, arns: Arns): Task {
  const { definition, overrides } = plan
  const taskArn = arns.task(plan.cluster.name, plan.id)
  const arm = definition.runtimePlatform?.cpuArchitecture === 'ARM64'
  const disk = overrides?.ephemeralStorage ?? definition.ephemeralStorage ?? { sizeInGiB: 20 }
  return {
    taskArn,
    clusterArn: plan.cluster.arn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group: plan.group,
    startedBy: plan.startedBy,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    launchType: 'FARGATE',
    capacityProviderName: plan.capacityProviderName,
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    cpu: overrides?.cpu ?? definition.cpu,
    memory: overrides?.memory ?? definition.memory,
    ephemeralStorage: disk,
    fargateEphemeralStorage: { sizeInGiB: disk.sizeInGiB },
    attributes: [{ name: 'ecs.cpu-architecture', value: arm ? 'arm64' : 'x86_64' }],
    attachments: [],
    containers: containersOf(definition).map((it): Container => {
      const override = overrides?.containerOverrides?.find((one) => one.name === it.name)
      return {
        containerArn: arns.container(plan.cluster.name, plan.id, hexId()),
        taskArn,
        name: it.name,
        image: it.image,
        lastStatus: 'PENDING',
        networkInterfaces: [],
        healthStatus: 'UNKNOWN',
        cpu: String(override?.cpu ?? it.cpu ?? 0),
        memory: amount(override?.memory ?? it.memory),
        memoryReservation: amount(override?.memoryReservation ?? it.memoryReservation),
      }
    }),
    createdAt: new Date(),
    enableExecuteCommand: plan.enableExecuteCommand,
    healthStatus: 'UNKNOWN',
    inferenceAccelerators: [],
    overrides: {
      ...overrides,
      containerOverrides:
        overrides?.containerOverrides ?? containersOf(definition).map((it) => ({ name: it.name })),
      inferenceAcceleratorOverrides: [],
    },
    tags: plan.tags,
    version: 1,
  }
}

const amount = (value: number | undefined) => (value === undefined ? undefined : String(value))

import type {
  CapacityProviderStrategyItem,
  Deployment,
  LoadBalancer,
  NetworkConfiguration,
  Service,
  ServiceDeployment,
  ServiceEvent,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import type { LiveTask } from '../task/live.ts'

/** What a deployment fixes: a change of any of it needs a new one. */
export interface Revision {
  definition: TaskDefinition
  definitionTags: Tag[]
  networkConfiguration?: NetworkConfiguration | undefined
  loadBalancers: LoadBalancer[]
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined
  launchType?: 'FARGATE' | undefined
  platformVersion: string
}

export interface DeploymentRecord {
  /** `ecs-svc/<19 digits>`; the digits are its service revision's number too. */
  id: string
  revisionArn: string
  revision: Revision
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE'
  rolloutState: NonNullable<Deployment['rolloutState']>
  rolloutStateReason: string
  /** Failures in a row; a task that gets healthy sets it back. */
  failures: number
  /** No launches before this moment. */
  notBefore: number
  /** It failed and may not launch any more. */
  halted: boolean
  saidInconsistent: boolean
  /** What its tasks pulled: container → digest. */
  images: Map<string, string>
  createdAt: Date
  updatedAt: Date
  completedAt?: Date
}

export interface ServiceDeploymentRecord {
  arn: string
  /** The deployment it brings. */
  target: DeploymentRecord
  sources: DeploymentRecord[]
  status: NonNullable<ServiceDeployment['status']>
  statusReason?: string
  lifecycleStage: NonNullable<ServiceDeployment['lifecycleStage']>
  rollback?: ServiceDeployment['rollback']
  breaker: NonNullable<NonNullable<ServiceDeployment['deploymentCircuitBreaker']>['status']>
  failureCount: number
  triggeredAlarms: string[]
  createdAt: Date
  startedAt?: Date
  stoppedAt?: Date
  finishedAt?: Date
  updatedAt: Date
}

/** What UpdateService may change without a deployment. */
export type ServiceSettings = Required<
  Pick<
    Service,
    | 'deploymentConfiguration'
    | 'schedulingStrategy'
    | 'enableECSManagedTags'
    | 'propagateTags'
    | 'enableExecuteCommand'
  >
> &
  Pick<
    Service,
    | 'healthCheckGracePeriodSeconds'
    | 'availabilityZoneRebalancing'
    | 'placementConstraints'
    | 'placementStrategy'
    | 'serviceRegistries'
    | 'deploymentController'
  >

export interface ServiceRecord {
  arn: string
  name: string
  cluster: { name: string; arn: string }
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE'
  settings: ServiceSettings
  desiredCount: number
  /** Newest first, also those long gone: a rollback looks for the last that completed. */
  deployments: DeploymentRecord[]
  history: ServiceDeploymentRecord[]
  events: ServiceEvent[]
  /** Every task that has not stopped. */
  tasks: Set<LiveTask>
  steady: boolean
  /** Unhealthy tasks stopped and not yet replaced, and replacements started for ones not yet stopped. */
  replacements: { owed: number; ahead: number }
  tags: Tag[]
  createdAt: Date
  createdBy: string
  clientToken?: string | undefined
  deletedAt?: number
}

export const primaryOf = (service: ServiceRecord): DeploymentRecord =>
  service.deployments.find((it) => it.status === 'PRIMARY')!

/** The service deployment under way, if there is one. */
export const underWay = (service: ServiceRecord): ServiceDeploymentRecord | undefined => {
  const last = service.history[0]
  return last && !last.finishedAt ? last : undefined
}

export const tasksOf = (service: ServiceRecord, deployment: DeploymentRecord): LiveTask[] =>
  [...service.tasks].filter((task) => task.plan.startedBy === deployment.id)

export const isStarting = (task: LiveTask) =>
  !task.cause && ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.view.lastStatus!)
export const isRunning = (task: LiveTask) => task.view.lastStatus === 'RUNNING'

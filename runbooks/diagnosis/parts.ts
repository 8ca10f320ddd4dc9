import type { NetworkParts } from './parts-network'
import type { RunParts } from './parts-runs'
import type { StoreParts } from './parts-stores'
import type { Statement } from './permits'

/** What a look collects. `null`: it was looked for, and there is none. Times are ISO 8601. */
export interface Parts extends NetworkParts, RunParts, StoreParts {
  service: ServiceSeen | null
  /** The last moves of the service, newest first. */
  moves: MoveSeen[]
  tasks: TaskSeen[]
  /** The task definitions that matter now: of what serves, of what is coming, of what has just failed. */
  revisions: RevisionSeen[]
  images: ImageSeen[]
  secrets: SecretSeen[]
  roles: RoleSeen[]
  targets: TargetGroupSeen | null
  alarms: AlarmSeen[]
  /** The last words of tasks that stopped. */
  lastLines: LineSeen[]
  /** What the chatbot said about its database, cache and model within the last half hour. */
  errors: LineSeen[]
  /** What `/ready` answers; asked some times, because each answer is one task's. */
  ready: ReadySeen[]
  scaling: ScalingSeen | null
  lock: LockSeen | null
  stateLock: StateLockSeen | null
}

export interface ServiceSeen {
  status?: string | undefined
  desired: number
  running: number
  pending: number
  taskDefinition: string
  deployments: DeploymentSeen[]
  events: { at: string; text: string }[]
  tags: Record<string, string>
  subnets: string[]
  groups: string[]
  publicIp: boolean
  grace: number | undefined
}

export interface DeploymentSeen {
  id: string
  status: string
  taskDefinition: string
  rolloutState: string | undefined
  reason: string | undefined
  desired: number
  running: number
  failed: number
  at: string
}

export interface MoveSeen {
  /** `ecs-svc/...`, as the service calls it. */
  id: string
  status: string
  reason: string | undefined
  revision: string | undefined
  at: string
  finished: string | undefined
}

export interface TaskSeen {
  id: string
  status: string
  startedBy: string | undefined
  definition: string
  created: string | undefined
  stopping: string | undefined
  stopCode: string | undefined
  reason: string | undefined
  exitCode: number | undefined
  containerReason: string | undefined
}

export interface RevisionSeen {
  name: string
  status: string | undefined
  image: string
  architecture: string
  /** Units of 1/1024 vCPU. */
  cpu?: string | undefined
  memory: string | undefined
  ports: number[]
  logGroup: string | undefined
  logPrefix: string | undefined
  executionRole: string | undefined
  taskRole: string | undefined
  /** Names of the plain variables; values only of those that are no secret and no address of one. */
  variables: Record<string, string>
  secrets: { name: string; from: string }[]
}

export interface ImageSeen {
  reference: string
  exists: boolean
  /** Where the manifest says; an index lists several. */
  architectures: string[] | undefined
}

export interface SecretSeen {
  arn: string
  exists: boolean
  markedForDeletion: boolean
  /** The names of its JSON keys, never what they hold; absent where the value may not be read. */
  keys: string[] | undefined
}

export interface RoleSeen {
  arn: string
  exists: boolean
  /** Who may assume it. */
  trusts: string[]
  /** What its own policies say, inline and attached; absent where they may not be read. */
  statements: Statement[] | undefined
  /** Why they may not be read, where that is so. */
  unread?: string | undefined
}

export interface TargetGroupSeen {
  arn: string
  path: string | undefined
  matcher: string | undefined
  healthPort: string | undefined
  protocol: string | undefined
  targets: { id: string; port: number | undefined; state: string; reason?: string; text?: string }[]
}

export interface AlarmSeen {
  name: string
  state: string
  reason: string
  since: string | undefined
  text: string | undefined
}

export interface LineSeen {
  at: string
  task: string
  text: string
}

export interface ReadySeen {
  status: number
  degraded: string[]
  error?: string
  /** As the system, or TLS, calls that error. */
  code?: string
}

export interface ScalingSeen {
  min: number
  max: number
  suspended: string[]
}

export interface LockSeen {
  what: string
  who: string
  since: string
  until: string
}

export interface StateLockSeen {
  id: string
  who: string
  operation: string
  created: string
  bucket: string
  key: string
}

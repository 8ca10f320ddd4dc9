/** What the ECS part needs of the rehearsal's other parts, no more than it uses. */
export interface Eni {
  id: string
  privateIp: string
  subnetId: string
  securityGroups: string[]
  mac: string
  availabilityZone: string
  publicIp?: string | undefined
}

export interface Network {
  attach(wish: { subnetIds: string[]; securityGroups: string[]; assignPublicIp: boolean }): Promise<Eni>
  /** The loopback port on which the task's process listens in place of the container's. */
  listen(eni: Eni, containerPort: number): number
  processEnvironment(
    eni: Eni,
    containerPorts: number[],
  ): Promise<{ preload: string; env: Record<string, string> }>
  /** Whether a task there can call `ecr.api`, `ecr.dkr`, `s3`, `secretsmanager` or `logs`. */
  reachAws(eni: Eni, service: string): Promise<{ open: boolean }>
  detach(eni: Eni): void | Promise<void>
}

export interface Target {
  Id: string
  Port: number
}

export interface TargetHealth {
  State: string
  Reason?: string | undefined
  Description?: string | undefined
}

export interface Targets {
  register(targetGroupArn: string, target: Target): void | Promise<void>
  deregister(targetGroupArn: string, target: Target): void | Promise<void>
  health(targetGroupArn: string, target: Target): TargetHealth | Promise<TargetHealth>
  onChange(heard: () => void): void
}

export interface Image {
  digest: string
  /** What it was built for, `amd64` or `arm64`, where that is known. */
  architecture?: string
  /** The folder that is the container's root. */
  root: string
  config: {
    Env?: string[] | undefined
    Entrypoint?: string[] | undefined
    Cmd?: string[] | undefined
    WorkingDir?: string | undefined
  }
}

export interface Images {
  resolve(reference: string): Promise<Image>
}

/** What a container's trust store would hold: environment that names the rehearsal's certificate authority. */
export interface Trust {
  env: Record<string, string>
}

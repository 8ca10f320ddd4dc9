/** Something that tasks connect to by name. */
export interface Endpoint {
  host: string
  port: number
  /** Where it really listens, on loopback. */
  realPort: number
  /** `internet` is beyond the VPC: its way is decided by routes, and it has no groups of its own. */
  kind: 'internet' | string
  securityGroups: string[]
  /** Where its address is taken from; without, from the subnet of the task that asks. */
  subnetIds?: string[]
  /** Speaks HTTP without TLS behind an https address. */
  plain?: boolean
}

export type Endpoints = () => Promise<Endpoint[]> | Endpoint[]

export function nameOf({ host, port }: Endpoint): string {
  return `${host}:${port}`.toLowerCase()
}

import { randomBytes, randomInt } from 'node:crypto'
import type { World } from '../world.ts'

/** A task's or a container's id: 32 hexadecimal digits. */
export const hexId = () => randomBytes(16).toString('hex')

/** Nineteen digits: a service revision, and the deployment `ecs-svc/<digits>` that brings it. */
export const revisionNumber = () =>
  String(randomInt(1, 10)) + Array.from({ length: 18 }, () => randomInt(0, 10)).join('')

/** The last part of a service deployment's ARN. */
export const serviceDeploymentId = () => randomBytes(16).toString('base64url').slice(0, 21)

export function arns(world: Pick<World, 'account' | 'region'>) {
  const of = (kind: string, ...path: string[]) =>
    `arn:aws:ecs:${world.region}:${world.account}:${[kind, ...path].join('/')}`
  return {
    cluster: (name: string) => of('cluster', name),
    service: (cluster: string, name: string) => of('service', cluster, name),
    task: (cluster: string, id: string) => of('task', cluster, id),
    container: (cluster: string, task: string, id: string) => of('container', cluster, task, id),
    serviceDeployment: (cluster: string, service: string, id: string) =>
      of('service-deployment', cluster, service, id),
    serviceRevision: (cluster: string, service: string, number: string) =>
      of('service-revision', cluster, service, number),
  }
}

export type Arns = ReturnType<typeof arns>

/** `arn:…:cluster/NAME`, `service/CLUSTER/NAME` or a bare name: the last part is the name. */
export const lastPart = (arnOrName: string) => arnOrName.slice(arnOrName.lastIndexOf('/') + 1)

import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs'
import { container } from '../aws/stack'
import { digestIn } from '../deployment/revision'

/** What is different in another revision: a row a difference, names of secrets only. */
export type Difference = { what: string; from: string; to: string }

export function differences(from: TaskDefinition, to: TaskDefinition): Difference[] {
  const [a, b] = [flat(from), flat(to)]
  const names = [...new Set([...a.keys(), ...b.keys()])]
  return names
    .map((what) => ({ what, from: a.get(what) ?? '(none)', to: b.get(what) ?? '(none)' }))
    .filter((one) => one.from !== one.to)
}

function flat(definition: TaskDefinition): Map<string, string> {
  const own = definition.containerDefinitions?.find(({ name }) => name === container)
  const rows: [string, string | number | undefined][] = [
    ['image', shortImage(own?.image)],
    ['cpu', definition.cpu],
    ['memory', definition.memory],
    ['architecture', definition.runtimePlatform?.cpuArchitecture],
    ['execution role', definition.executionRoleArn],
    ['task role', definition.taskRoleArn],
    ['command', own?.command?.join(' ')],
    ['stop timeout', own?.stopTimeout],
    ['health check', own?.healthCheck && JSON.stringify(own.healthCheck)],
    ['ports', own?.portMappings?.map(({ containerPort }) => containerPort).join(', ')],
    ['containers', others(definition)],
    ...environmentRows(own),
  ]
  return new Map(
    rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]])),
  )
}

function environmentRows(own: ContainerDefinition | undefined): [string, string | undefined][] {
  return [
    ...(own?.environment ?? []).map(({ name, value }): [string, string | undefined] => [`${name}`, value]),
    ...(own?.secrets ?? []).map(({ name, valueFrom }): [string, string | undefined] => [
      `${name} (secret)`,
      valueFrom?.replace(/^arn:aws[^:]*:secretsmanager:[^:]*:\d*:secret:/, ''),
    ]),
  ]
}

const others = ({ containerDefinitions = [] }: TaskDefinition) =>
  containerDefinitions.map(({ name }) => name).join(', ')

/** An image by digest is told by the beginning of its digest. */
export const shortImage = (image: string | undefined) =>
  digestIn(image)?.slice(0, 19) ?? image?.split('/').at(-1)

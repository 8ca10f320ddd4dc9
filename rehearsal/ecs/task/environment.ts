import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerDefinition, ContainerOverride } from '@aws-sdk/client-ecs'
import type { World } from '../../world.ts'
import type { Eni, Image } from '../ports.ts'

export interface EnvironmentParts {
  world: World
  image: Image
  definition: ContainerDefinition
  override: ContainerOverride | undefined
  secrets: Record<string, string>
  eni: Eni
  /** What the network and the trust store add. */
  machinery: Record<string, string>
  /** The task's own folder, with its commands, home and temporary files. */
  home: string
}

/** The container's environment: exactly what it would have on Fargate, and what this machine needs to stand in for one. */
export function environmentOf(it: EnvironmentParts): Record<string, string> {
  const fromImage = Object.fromEntries((it.image.config.Env ?? []).map(split))
  const own = pairs(it.definition.environment)
  const region = { AWS_REGION: it.world.region, AWS_DEFAULT_REGION: it.world.region }
  return {
    ...fromImage,
    ...region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    HOSTNAME: `ip-${it.eni.privateIp.replaceAll('.', '-')}.ec2.internal`,
    HOME: it.home,
    TMPDIR: join(it.home, 'tmp'),
    ...own,
    ...it.secrets,
    ...pairs(it.override?.environment),
    // The image's search path names folders of the container; these are this machine's.
    PATH: `${join(it.home, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
    ...it.machinery,
  }
}

const split = (line: string): [string, string] => {
  const at = line.indexOf('=')
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}

const pairs = (list: { name?: string | undefined; value?: string | undefined }[] = []) =>
  Object.fromEntries(list.map((it) => [it.name!, it.value ?? '']))

/**
 * Commands a shell in the task finds first: `bun` with the network's preload, and `curl` that reaches the
 * container's own port where the process really listens.
 */
export function makeHome(
  home: string,
  preload: string,
  ports: { container: number; loopback: number }[],
): void {
  mkdirSync(join(home, 'bin'), { recursive: true })
  mkdirSync(join(home, 'tmp'), { recursive: true })
  command(join(home, 'bin/bun'), `exec '${process.execPath}' --preload '${preload}' "$@"`)
  const curl = Bun.which('curl')
  const to = ports.flatMap(({ container, loopback }) =>
    ['localhost', '127.0.0.1'].map((host) => `--connect-to ${host}:${container}:127.0.0.1:${loopback}`),
  )
  if (curl) command(join(home, 'bin/curl'), `exec '${curl}' ${to.join(' ')} "$@"`)
}

function command(path: string, line: string): void {
  writeFileSync(path, `#!/bin/sh\n${line}\n`)
  chmodSync(path, 0o755)
}

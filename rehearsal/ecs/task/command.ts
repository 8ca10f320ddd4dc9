import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ContainerDefinition, ContainerOverride } from '@aws-sdk/client-ecs'
import type { Image } from '../ports.ts'

/** Where and what a container runs, once its root is a folder of this machine. */
export interface Command {
  argv: string[]
  cwd: string
}

/** The task definition's entry point and command take the image's place; an entry point of its own drops the image's command. */
export function commandOf(
  definition: ContainerDefinition,
  image: Image,
  override: ContainerOverride | undefined,
  preload: string,
): Command {
  const ownEntry = definition.entryPoint?.length ? definition.entryPoint : undefined
  const entry = ownEntry ?? image.config.Entrypoint ?? []
  const ownCommand = override?.command ?? (definition.command?.length ? definition.command : undefined)
  const command = ownCommand ?? (ownEntry ? [] : (image.config.Cmd ?? []))
  return {
    argv: onThisMachine([...entry, ...command], image.root, preload),
    cwd: workingDirectory(definition, image),
  }
}

const workingDirectory = (definition: ContainerDefinition, image: Image) =>
  join(image.root, definition.workingDirectory ?? image.config.WorkingDir ?? '/')

/**
 * `bun` becomes this very runtime with the network's preload, and an absolute path of the container's file
 * system becomes the one below its root.
 */
export function onThisMachine(argv: string[], root: string, preload: string): string[] {
  const [program = '', ...rest] = argv
  const inRoot = (argument: string) =>
    argument.startsWith('/') && existsSync(join(root, argument)) ? join(root, argument) : argument
  const isBun = basename(program) === 'bun'
  return isBun
    ? [process.execPath, '--preload', preload, ...rest.map(inRoot)]
    : [inRoot(program), ...rest.map(inRoot)]
}

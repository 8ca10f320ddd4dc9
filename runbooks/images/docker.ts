import manifest from '../../package.json'
import type { Book, Secret, Step } from '../core'
import { root } from '../paths'

/** Name of the image on this machine, before it has a place in a registry. */
export const localName = (tag: string) => `tria-aibpo:${tag}`

export type Platform = 'linux/amd64' | 'linux/arm64'

/** The arguments of `docker build`; printed as the equivalent, and run. */
export function buildArgs(tag: string, commit: string, platform: Platform): string[] {
  return [
    'build',
    '--platform',
    platform,
    // An attestation would make the tag an index, and its digest not the image's.
    '--provenance=false',
    '--build-arg',
    `COMMIT=${commit}`,
    '--build-arg',
    `BUN_VERSION=${manifest.devDependencies.bun}`,
    '--tag',
    localName(tag),
    '--file',
    `${root}/Dockerfile`,
    root,
  ]
}

export async function build(book: Book, step: Step, args: string[]): Promise<void> {
  await book.command('docker', args, { onLine: (line) => step.line(line) })
}

/** Pushes the local image under its registry name; the password goes in by standard input. */
export async function push(
  book: Book,
  step: Step,
  options: { repository: string; tag: string; username: string; password: Secret },
): Promise<void> {
  const { repository, tag, username, password } = options
  const registry = repository.split('/')[0]!
  await book.command('docker', ['login', '--username', username, '--password-stdin', registry], {
    input: password.reveal(),
  })
  await book.command('docker', ['tag', localName(tag), `${repository}:${tag}`])
  await book.command('docker', ['push', `${repository}:${tag}`], { onLine: (line) => step.line(line) })
}

import { readState } from '../state.ts'
import { parseFlags } from './arguments.ts'
import { buildCommand } from './build-command.ts'
import { imagesCommand, inspectCommand } from './inspect.ts'
import { logins } from './logins.ts'
import { PushError, push } from './push.ts'
import { canonical, ecrPlace, familiar, parseReference, type Reference } from './reference.ts'
import { type ImageStore, imageStore, type StoredImage } from './store.ts'

/** Runs and says with which code to end. */
export type Command = (args: string[], dir: string) => Promise<number> | number

const version = '28.2.2'
const out = (text: string) => void process.stdout.write(text)

export const commands: Record<string, Command> = {
  '--version': () => say(`Docker version ${version}, build rehearsal\n`),
  '-v': () => say(`Docker version ${version}, build rehearsal\n`),
  '--help': () => help(),
  help: () => help(),
  version: versionCommand,
  info: infoCommand,
  'system info': infoCommand,
  login: loginCommand,
  logout: logoutCommand,
  build: buildCommand,
  'image build': buildCommand,
  'buildx build': buildCommand,
  'buildx version': () => say('github.com/docker/buildx v0.24.0 rehearsal\n'),
  'buildx ls': () =>
    say(
      'NAME/NODE   DRIVER/ENDPOINT   STATUS    PLATFORMS\nrehearsal*  docker            running   linux/amd64\n',
    ),
  'builder prune': () => say('Total:\t0B\n'),
  tag: tagCommand,
  'image tag': tagCommand,
  push: pushCommand,
  'image push': pushCommand,
  inspect: inspectCommand,
  'image inspect': inspectCommand,
  images: imagesCommand,
  'image ls': imagesCommand,
  rmi: removeCommand,
  'image rm': removeCommand,
}

function say(text: string): number {
  out(text)
  return 0
}

const help = () =>
  say(
    `Usage:  docker [OPTIONS] COMMAND\n\nThe docker of a rehearsal. Commands: ${Object.keys(commands).join(', ')}\n`,
  )

/** The commands that ask the daemon end so when there is none. */
function noDaemon(dir: string): boolean {
  if (readState(dir)) return false
  process.stderr.write(
    'Cannot connect to the Docker daemon at the rehearsal. Is the docker daemon running?\n',
  )
  return true
}

function versionCommand(args: string[], dir: string): number {
  const flags = parseFlags('version', args, { values: { format: 'f' }, switches: {} })
  const wanted = flags.get('format')
  if (wanted) return say(`${/Server/.test(wanted) && noDaemon(dir) ? '' : version}\n`)
  out(`Client:\n Version:           ${version}\n API version:       1.50\n`)
  return noDaemon(dir) ? 1 : say(`\nServer: Rehearsal\n Engine:\n  Version:          ${version}\n`)
}

function infoCommand(args: string[], dir: string): number {
  const flags = parseFlags('info', args, { values: { format: 'f' }, switches: {} })
  if (noDaemon(dir)) return 1
  return say(
    flags.get('format')
      ? `${version}\n`
      : `Server:\n Server Version: ${version}\n Name: rehearsal\n Docker Root Dir: ${dir}/images\n`,
  )
}

async function loginCommand(args: string[], dir: string): Promise<number> {
  const flags = parseFlags('login', args, {
    values: { username: 'u', password: 'p' },
    switches: { 'password-stdin': undefined },
  })
  const registry = flags.rest[0] ?? 'https://index.docker.io/v1/'
  const given = flags.on('password-stdin') ? (await Bun.stdin.text()).trim() : flags.get('password')
  if (!given) {
    const why = flags.on('password-stdin')
      ? 'password is empty'
      : 'Cannot perform an interactive login from a non TTY device'
    process.stderr.write(`Error: ${why}\n`)
    return 1
  }
  const host = registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  if (ecrPlace(host) && flags.get('username') !== 'AWS') {
    process.stderr.write(
      `Error response from daemon: login attempt to https://${host}/v2/ failed with status: 400 Bad Request\n`,
    )
    return 1
  }
  logins(dir).add(registry)
  return say('Login Succeeded\n')
}

function logoutCommand(args: string[], dir: string): number {
  const registry = parseFlags('logout', args, { values: {}, switches: {} }).rest[0] ?? 'index.docker.io'
  return say(
    logins(dir).remove(registry)
      ? `Removing login credentials for ${registry}\n`
      : `Not logged in to ${registry}\n`,
  )
}

/** By id, by digest or by name; or docker's sentence that there is none. */
export function findImage(store: ImageStore, text: string): StoredImage | undefined {
  if (/^(sha256:)?[0-9a-f]{6,64}$/.test(text)) return store.byId(text)
  const reference = parseReference(text)
  if (!reference) return undefined
  return reference.digest ? store.load(reference.digest) : store.tagged(canonical(reference))
}

function tagCommand(args: string[], dir: string): number {
  const [from = '', to = ''] = parseFlags('tag', args, { values: {}, switches: {} }).rest
  const store = imageStore(dir)
  const image = findImage(store, from)
  const target = parseReference(to)
  if (!image) return fail(`Error response from daemon: No such image: ${from}`)
  if (!target || target.digest)
    return fail(`Error parsing reference: "${to}" is not a valid repository/tag: invalid reference format`)
  store.tag(canonical(target), image.digest)
  return 0
}

async function pushCommand(args: string[], dir: string): Promise<number> {
  const flags = parseFlags('push', args, {
    values: { platform: undefined },
    switches: { quiet: 'q', 'all-tags': 'a', 'disable-content-trust': undefined },
  })
  const name = flags.rest[0] ?? ''
  const reference = parseReference(name)
  if (!reference) return fail('invalid reference format')
  return pushImage(dir, reference, flags.on('quiet'))
}

export async function pushImage(dir: string, reference: Reference, quiet: boolean): Promise<number> {
  const store = imageStore(dir)
  const image = store.tagged(canonical(reference))
  const repository = familiar(reference)
  if (!quiet) out(`The push refers to repository [${reference.registry}/${reference.repository}]\n`)
  if (!image) return fail(`An image does not exist locally with the tag: ${repository}`)
  if (!logins(dir).has(reference.registry)) return fail('no basic auth credentials')
  const endpoint = process.env.AWS_ENDPOINT_URL ?? readState(dir)?.urls.aws
  if (!endpoint)
    return fail('Cannot connect to the Docker daemon at the rehearsal. Is the docker daemon running?')
  const layer = image.config.rootfs.diff_ids[0]!.slice(7, 19)
  try {
    if (!quiet) out(`${layer}: Preparing\n`)
    await push(store, image, reference, endpoint)
  } catch (error) {
    if (error instanceof PushError) return fail(error.message)
    throw error
  }
  const tag = reference.tag ?? 'latest'
  if (quiet) return say(`${repository}:${tag}\n`)
  return say(`${layer}: Pushed\n${tag}: digest: ${image.digest} size: ${image.manifest.length}\n`)
}

function removeCommand(args: string[], dir: string): number {
  const flags = parseFlags('rmi', args, { values: {}, switches: { force: 'f', 'no-prune': undefined } })
  const store = imageStore(dir)
  let code = 0
  for (const name of flags.rest) {
    const reference = parseReference(name)
    const image = findImage(store, name)
    const names = store
      .references()
      .filter(
        (it) => it.digest === image?.digest && (reference ? it.reference === canonical(reference) : true),
      )
    if (!image) code = flags.on('force') ? code : fail(`Error response from daemon: No such image: ${name}`)
    for (const it of names) if (store.untag(it.reference)) out(`Untagged: ${it.reference}\n`)
  }
  return code
}

export function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`)
  return 1
}

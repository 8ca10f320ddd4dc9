import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseFlags, UsageError } from './arguments.ts'
import { build } from './build.ts'
import { fail, pushImage } from './commands.ts'
import { buildFailureText } from './failures.ts'
import { plainProgress, quietProgress } from './progress.ts'
import { canonical, familiar, parseReference, type Reference } from './reference.ts'
import { imageStore } from './store.ts'

/** Flags of docker build and of buildx build; those that mean nothing here are taken all the same. */
const flagsOfBuild = {
  values: {
    tag: 't',
    file: 'f',
    'build-arg': undefined,
    label: undefined,
    platform: undefined,
    target: undefined,
    iidfile: undefined,
    'metadata-file': undefined,
    progress: undefined,
    provenance: undefined,
    sbom: undefined,
    attest: undefined,
    'cache-from': undefined,
    'cache-to': undefined,
    builder: undefined,
    network: undefined,
    output: 'o',
    annotation: undefined,
    'build-context': undefined,
    secret: undefined,
    ssh: undefined,
  },
  switches: {
    quiet: 'q',
    'no-cache': undefined,
    pull: undefined,
    push: undefined,
    load: undefined,
    rm: undefined,
    'force-rm': undefined,
    debug: 'D',
  },
}

export async function buildCommand(args: string[], dir: string): Promise<number> {
  const flags = parseFlags('buildx build', args, flagsOfBuild)
  const [given] = flags.rest
  if (flags.rest.length !== 1 || given === undefined) {
    throw new UsageError(
      "ERROR: docker: 'docker buildx build' requires 1 argument\n\nUsage:  docker buildx build [OPTIONS] PATH | URL | -",
    )
  }
  const context = resolve(given)
  if (!existsSync(context)) return fail(`ERROR: unable to prepare context: path "${given}" not found`)
  const tags = flags.all('tag').map((text) => ({ text, reference: parseReference(text) }))
  const wrong = tags.find(({ reference }) => !reference || reference.digest)
  if (wrong) return fail(`ERROR: invalid tag "${wrong.text}": invalid reference format`)
  const references = tags.map(({ reference }) => reference as Reference)
  const platform = flags.get('platform')
  if (platform?.includes(','))
    return fail('ERROR: Multi-platform build is not supported for the docker driver.')
  const own = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const architecture = /^linux\/(amd64|arm64)/.exec(platform ?? '')?.[1] ?? own
  const store = imageStore(dir)
  const dockerfile = resolve(flags.get('file') ?? join(context, 'Dockerfile'))
  const quiet = flags.on('quiet') || flags.get('progress') === 'quiet'
  const progress = quiet ? quietProgress() : plainProgress((text) => void process.stderr.write(text))
  let image: Awaited<ReturnType<typeof build>>
  try {
    image = await build(store, {
      context,
      dockerfile,
      buildArgs: pairs(flags.all('build-arg'), process.env),
      labels: pairs(flags.all('label'), {}),
      target: flags.get('target'),
      architecture,
      noCache: flags.on('no-cache'),
      progress,
    })
  } catch (error) {
    process.stderr.write(buildFailureText(error, dockerfile))
    return 1
  } finally {
    store.sweep()
  }
  for (const reference of references) {
    store.tag(canonical({ ...reference, digest: undefined }), image.digest)
    progress.text(`#  naming to ${familiar(reference)}:${reference.tag ?? 'latest'} done\n`)
  }
  const iidfile = flags.get('iidfile')
  if (iidfile) writeFileSync(iidfile, image.id)
  const metadata = flags.get('metadata-file')
  if (metadata) {
    const names = references.map((it) => `${familiar(it)}:${it.tag ?? 'latest'}`).join(',')
    const about = {
      'containerimage.config.digest': image.id,
      'containerimage.digest': image.digest,
      'image.name': names,
    }
    writeFileSync(metadata, `${JSON.stringify(about, null, 2)}\n`)
  }
  if (flags.on('quiet')) process.stdout.write(`${image.id}\n`)
  if (flags.on('push')) for (const it of references) if ((await pushImage(dir, it, true)) !== 0) return 1
  return 0
}

/** `NAME=value`; a NAME alone takes its value from the environment, as docker does. */
function pairs(given: string[], environment: Record<string, string | undefined>): Record<string, string> {
  const found: Record<string, string> = {}
  for (const text of given) {
    const at = text.indexOf('=')
    const value = at < 0 ? environment[text] : text.slice(at + 1)
    if (value !== undefined) found[at < 0 ? text : text.slice(0, at)] = value
  }
  return found
}

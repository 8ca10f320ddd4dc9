import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOf } from '../pids.ts'
import { exists, listing, sha256, walk } from './tree.ts'

/** The part of an image's configuration that a container is started from; spelled as Docker does. */
export interface ImageConfig {
  Env: string[]
  Entrypoint: string[] | null
  Cmd: string[] | null
  WorkingDir: string
  User: string
  Labels: Record<string, string>
  ExposedPorts?: Record<string, Record<string, never>>
  StopSignal?: string
  Healthcheck?: {
    Test: string[]
    Interval?: number
    Timeout?: number
    StartPeriod?: number
    Retries?: number
  }
}

export interface StoredImage {
  /** Of the manifest: what a registry calls the image. */
  digest: string
  /** Of the configuration: what docker calls it. */
  id: string
  manifest: string
  config: {
    architecture: string
    os: string
    config: ImageConfig
    rootfs: { type: 'layers'; diff_ids: string[] }
  }
  /** The root of its files. */
  root: string
  size: number
}

const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'

/**
 * Images on disk, named by their content. Everything is made aside and renamed into place, so that several
 * `docker` at once can only ever write the same thing twice.
 */
export function imageStore(dir: string) {
  const home = join(dir, 'images')
  const at = (...parts: string[]) => join(home, ...parts)
  for (const folder of ['refs', 'manifests', 'configs', 'roots', 'listings', 'states', 'modules', 'work']) {
    mkdirSync(at(folder), { recursive: true })
  }
  const bare = (digest: string) => digest.replace(/^sha256:/, '')

  function write(path: string, text: string): void {
    const aside = join(workFolder(), 'file')
    writeFileSync(aside, text)
    renameSync(aside, path)
    rmSync(join(aside, '..'), { recursive: true, force: true })
  }

  /** A folder of one's own to make something in. */
  function workFolder(): string {
    return mkdtempSync(at('work', `${process.pid}-`))
  }

  /** Removes what was begun here and not finished, and what processes that are no more left behind. */
  function sweep(): void {
    for (const name of readdirSync(at('work'))) {
      const owner = Number(name.split('-')[0])
      if (owner === process.pid || startOf(owner) === undefined)
        rmSync(at('work', name), { recursive: true, force: true })
    }
  }

  /** Moves a finished folder to its name; whoever comes second had the same. */
  function settle(folder: string, place: string): void {
    try {
      renameSync(folder, place)
    } catch (error) {
      if (!exists(place)) throw error
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Takes over `root`, a finished root folder, as an image. */
  function add(root: string, config: ImageConfig, architecture: string): StoredImage {
    const entries = walk(root)
    const text = listing(root, entries, home)
    const layer = `sha256:${sha256(text)}`
    const size = entries.reduce((sum, entry) => sum + entry.size, 0)
    write(at('listings', bare(layer)), text)
    settle(root, at('roots', bare(layer)))
    const description = JSON.stringify({
      architecture,
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [layer] },
    })
    const id = `sha256:${sha256(description)}`
    write(at('configs', bare(id)), description)
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: description.length,
        digest: id,
      },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size, digest: layer }],
    })
    const digest = `sha256:${sha256(manifest)}`
    write(at('manifests', bare(digest)), manifest)
    write(at('manifests', `by-id-${bare(id)}`), digest)
    return load(digest)!
  }

  function load(digest: string): StoredImage | undefined {
    const manifest = text(at('manifests', bare(digest)))
    if (!manifest) return undefined
    const parsed = JSON.parse(manifest) as {
      config: { digest: string }
      layers: { digest: string; size: number }[]
    }
    const config = text(at('configs', bare(parsed.config.digest)))
    const layer = parsed.layers[0]
    if (!config || !layer || !exists(at('roots', bare(layer.digest)))) return undefined
    const root = at('roots', bare(layer.digest))
    return { digest, id: parsed.config.digest, manifest, config: JSON.parse(config), root, size: layer.size }
  }

  return {
    home,
    at,
    workFolder,
    settle,
    sweep,
    add,
    load,
    /** By id, whole or its beginning as docker accepts it. */
    byId(start: string): StoredImage | undefined {
      const names = readdirSync(at('manifests')).filter((name) => name.startsWith(`by-id-${bare(start)}`))
      return names.length === 1 ? load(text(at('manifests', names[0]!))!) : undefined
    },
    layerText: (digest: string) => text(at('listings', bare(digest))),
    configText: (id: string) => text(at('configs', bare(id))),
    tag(reference: string, digest: string): void {
      write(at('refs', sha256(reference)), JSON.stringify({ reference, digest }))
    },
    untag(reference: string): boolean {
      const path = at('refs', sha256(reference))
      const there = exists(path)
      rmSync(path, { force: true })
      return there
    },
    tagged(reference: string): StoredImage | undefined {
      const found = text(at('refs', sha256(reference)))
      return found ? load((JSON.parse(found) as { digest: string }).digest) : undefined
    },
    references(): { reference: string; digest: string }[] {
      return readdirSync(at('refs')).flatMap((name) => {
        const found = text(at('refs', name))
        return found ? [JSON.parse(found) as { reference: string; digest: string }] : []
      })
    },
  }
}

export type ImageStore = ReturnType<typeof imageStore>

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

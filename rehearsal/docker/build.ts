import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { furnishBase } from './base.ts'
import { readContext } from './context.ts'
import { parseDockerfile } from './dockerfile.ts'
import { evaluator } from './evaluate.ts'
import { BuildError } from './failures.ts'
import type { Evaluated } from './plan.ts'
import type { Progress } from './progress.ts'
import { findStage, stagesOf } from './stages.ts'
import type { ImageStore, StoredImage } from './store.ts'
import { exists } from './tree.ts'

export interface BuildOptions {
  context: string
  dockerfile: string
  buildArgs: Record<string, string>
  labels: Record<string, string>
  target: string | undefined
  noCache: boolean
  /** `amd64` or `arm64`. */
  architecture: string
  progress: Progress
}

/** Builds an image from a Dockerfile: works out every step's key first, then does the steps that no cache has. */
export async function build(store: ImageStore, options: BuildOptions): Promise<StoredImage> {
  const { progress, dockerfile } = options
  const reading = progress.vertex('[internal] load build definition from Dockerfile')
  if (!existsSync(dockerfile)) {
    throw new BuildError('failed to read dockerfile: open Dockerfile: no such file or directory')
  }
  const text = readFileSync(dockerfile, 'utf8')
  const { stages, globals } = stagesOf(parseDockerfile(text), options.buildArgs)
  reading.line(`transferring dockerfile: ${text.length}B done`)
  reading.done()
  const loading = progress.vertex('[internal] load build context')
  const context = readContext(options.context, dockerfile)
  loading.line(
    `transferring context: ${Math.ceil(context.entries.reduce((sum, it) => sum + it.size, 0) / 1000)}kB done`,
  )
  loading.done()
  const wanted =
    options.target === undefined ? stages.at(-1)! : findStage(stages, options.target, stages.length)
  if (!wanted) throw new BuildError(`target stage "${options.target}" could not be found`)
  const evaluate = evaluator({ ...options, stages, globals, context })
  const last = evaluate(wanted)
  const made = new Map<Evaluated, Promise<string>>()
  const root = await stateOf(last)
  const exporting = progress.vertex('exporting to image')
  const labels = { ...last.config.Labels, ...options.labels }
  const image = store.add(copyState(root), { ...last.config, Labels: labels }, options.architecture)
  exporting.line(`writing image ${image.id} done`)
  exporting.done()
  return image

  /** The folder with a stage's files, made now if it is not there. */
  function stateOf(stage: Evaluated): Promise<string> {
    const state = made.get(stage) ?? make(stage)
    made.set(stage, state)
    return state
  }

  async function make(stage: Evaluated): Promise<string> {
    const whole = store.at('states', stage.key)
    const start = options.noCache
      ? -1
      : stage.steps.findLastIndex((step) => exists(store.at('states', step.key)))
    const cached = stage.steps[start]
    let work: string | undefined
    if (start < stage.steps.length - 1 || !exists(whole))
      work = cached ? copyState(store.at('states', cached.key)) : await fresh(stage)
    for (const [index, step] of stage.steps.entries()) {
      const vertex = progress.vertex(step.title)
      if (index <= start) {
        vertex.cached()
        continue
      }
      try {
        await step.apply({ store, root: work!, contextRoot: options.context, vertex, stateOf })
      } catch (error) {
        vertex.failed((error as Error).message)
        throw error
      }
      vertex.done()
      const final = index === stage.steps.length - 1
      if (step.costly && !final) store.settle(copyState(work!), store.at('states', step.key))
    }
    if (work) store.settle(work, whole)
    return whole
  }

  async function fresh({ base, parent }: Evaluated): Promise<string> {
    if (parent) return copyState(await stateOf(parent))
    const work = store.workFolder()
    if (base) furnishBase(base, work)
    return work
  }

  function copyState(from: string): string {
    const to = store.workFolder()
    mkdirSync(to, { recursive: true })
    const { status, stderr } = spawnSync('cp', ['-a', `${from}/.`, to], { encoding: 'utf8' })
    if (status !== 0) throw new BuildError(`failed to copy ${join(from)}: ${stderr.trim()}`)
    return to
  }
}

import { mkdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Base, knownBase } from './base.ts'
import { configure, envOf } from './configure.ts'
import { copyPicked } from './context.ts'
import { DockerfileError, expand, type Instruction, splitWords } from './dockerfile.ts'
import type { Given } from './evaluate.ts'
import type { Doing, Evaluated, Step } from './plan.ts'
import { runStep } from './run.ts'
import { type CopySource, fromContext, fromImage, fromStage, need, unknownImage } from './sources.ts'
import { findStage, type Stage } from './stages.ts'
import type { ImageConfig } from './store.ts'
import { sha256 } from './tree.ts'

/** Goes up when the same Dockerfile would no longer mean the same files. */
const generation = '1'

/** The ARGs that BuildKit knows the values of. */
const predefined = (architecture: string): Record<string, string> => ({
  TARGETPLATFORM: `linux/${architecture}`,
  TARGETOS: 'linux',
  TARGETARCH: architecture,
  BUILDPLATFORM: `linux/${architecture}`,
  BUILDOS: 'linux',
  BUILDARCH: architecture,
})

/** Goes through one stage's instructions in order, and notes down steps instead of doing them. */
export class StageWalk {
  readonly steps: Step[] = []
  readonly args: Record<string, string | undefined> = {}
  readonly parent: Evaluated | undefined
  readonly base: Base | undefined
  readonly config: ImageConfig
  key: string
  shell = ['/bin/sh', '-c']
  count = 1

  constructor(
    readonly given: Given,
    readonly stage: Stage,
    readonly evaluate: (stage: Stage) => Evaluated,
  ) {
    const from = findStage(given.stages, stage.base, stage.index)
    this.parent = from && evaluate(from)
    this.base = from ? undefined : knownBase(stage.base)
    if (!this.parent && !this.base) throw Object.assign(unknownImage(stage.base), { instruction: stage.from })
    this.config = structuredClone(this.parent?.config ?? this.base!.config)
    this.key = this.parent?.key ?? sha256(`${generation} ${this.base!.kind} ${Bun.version}`)
  }

  walk(): Evaluated {
    const { stage } = this
    const counted = stage.instructions.filter((it) => /^(ADD|COPY|RUN|WORKDIR)$/.test(it.name)).length + 1
    const unnamed = /^\d+$/.test(stage.name)
    const name = !unnamed ? `${stage.name} ` : this.given.stages.length > 1 ? `stage-${stage.name} ` : ''
    const title = (text: string) => `[${name}${this.count++}/${counted}] ${text}`
    this.step(title(`FROM ${this.base?.name ?? stage.base}`), '', () => {})
    for (const it of stage.instructions) {
      try {
        this.take(it, title)
      } catch (error) {
        throw Object.assign(error as Error, { instruction: it })
      }
    }
    const { steps, key, config, base, parent } = this
    return { stage, base, parent, steps, key, config }
  }

  take(it: Instruction, title: (text: string) => string): void {
    if (it.name === 'ARG') {
      this.declare(it)
      return
    }
    if (it.name === 'SHELL') {
      this.shell = it.list ?? this.shell
      return
    }
    const values = { ...this.args, ...envOf(this.config) }
    if (configure(this.config, it, values)) return
    const shown = title(`${it.name} ${it.rest.replace(/\s+/g, ' ')}`)
    if (it.name === 'WORKDIR') this.enter(shown, expand(it.rest, values))
    else if (it.name === 'RUN') this.run(shown, it)
    else this.copy(shown, it, values)
  }

  step(title: string, what: string, apply: Step['apply'], costly = false): void {
    if (what) this.key = sha256(`${this.key} ${what}`)
    // The FROM of a stage has the key of what it is from, which nobody stores under another name.
    this.steps.push({ title, key: what ? this.key : sha256(`from ${this.key}`), costly, apply })
  }

  declare(it: Instruction): void {
    for (const word of splitWords(it.rest)) {
      const [name = '', ...value] = word.split('=')
      const given = this.given.buildArgs[name] ?? predefined(this.given.architecture)[name]
      const written =
        value.length > 0
          ? expand(value.join('='), { ...this.args, ...envOf(this.config) })
          : this.given.globals[name]
      this.args[name] = given ?? written
    }
  }

  enter(title: string, path: string): void {
    this.config.WorkingDir = posix.resolve(this.config.WorkingDir, path)
    const place = this.config.WorkingDir
    this.step(title, `WORKDIR ${place}`, ({ root }) => void mkdirSync(join(root, place), { recursive: true }))
  }

  run(title: string, it: Instruction): void {
    const mounts = (it.flags.mount ?? '').split('\n').filter(Boolean)
    const strange = mounts.find((mount) => !mount.includes('type=cache'))
    if (strange)
      throw new DockerfileError(
        `RUN --mount=${strange}: the rehearsal's docker knows type=cache alone`,
        it.from,
        it.to,
      )
    const given = Object.entries(this.args).filter((pair): pair is [string, string] => pair[1] !== undefined)
    const env = { ...Object.fromEntries(given), ...envOf(this.config) }
    const { shell } = this
    const workingDir = this.config.WorkingDir
    const command = it.list ?? it.rest
    const what = JSON.stringify(['RUN', command, shell, workingDir, env])
    const key = sha256(`${this.key} ${what}`)
    const apply = async ({ store, root, contextRoot, vertex }: Doing) => {
      try {
        await runStep(store, root, { command, shell, workingDir, env, key }, contextRoot, vertex)
      } catch (error) {
        throw Object.assign(error as Error, { instruction: it, title })
      }
    }
    this.step(title, what, apply, true)
  }

  copy(title: string, it: Instruction, values: Record<string, string | undefined>): void {
    const unknown = Object.keys(it.flags).find((flag) => !/^(from|chown|chmod|link)$/.test(flag))
    if (unknown) throw new DockerfileError(`unknown flag: ${unknown}`, it.from, it.to)
    const words = (it.list ?? splitWords(it.rest)).map((word) => expand(word, values))
    const target = words.pop() ?? ''
    if (words.length === 0)
      throw new DockerfileError(`${it.name} requires at least two arguments`, it.from, it.to)
    const place = posix.resolve(this.config.WorkingDir, target)
    const folder = target.endsWith('/') || target === '.' || words.length > 1
    const mode = it.flags.chmod ? Number.parseInt(it.flags.chmod, 8) : undefined
    const from = it.flags.from && expand(it.flags.from, values)
    const source = from ? this.sourceOf(from) : fromContext(this.given.context)
    const what = ['COPY', source.key(words), place, folder, mode ?? ''].join(' ')
    const apply = async (doing: Doing) => {
      const files = await source.open(doing)
      for (const word of words) copyPicked(files, need(files, word), join(doing.root, place), folder, mode)
    }
    this.step(title, what, apply)
  }

  /** A stage before this one, or an image that the rehearsal knows. */
  sourceOf(name: string): CopySource {
    const stage = findStage(this.given.stages, name, this.stage.index)
    if (stage) return fromStage(this.evaluate(stage))
    const base = knownBase(name)
    if (!base) throw unknownImage(name)
    return fromImage(base)
  }
}

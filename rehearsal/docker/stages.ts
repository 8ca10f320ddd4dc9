import { DockerfileError, expand, type Instruction } from './dockerfile.ts'

/** `FROM` to the next `FROM`. */
export interface Stage {
  /** What it is called, else its number. */
  name: string
  index: number
  from: Instruction
  base: string
  instructions: Instruction[]
}

/** Splits a Dockerfile into its stages; the ARGs before the first FROM have values in FROM lines alone. */
export function stagesOf(instructions: Instruction[], buildArgs: Record<string, string>) {
  const globals: Record<string, string | undefined> = {}
  const stages: Stage[] = []
  for (const it of instructions) {
    if (it.name === 'FROM') {
      const [, base = '', , name] = /^(\S+)(\s+as\s+(\S+))?\s*$/i.exec(it.rest) ?? []
      if (!base) throw new DockerfileError('FROM requires either one or three arguments', it.from, it.to)
      const image = expand(base, globals)
      if (!image) throw new DockerfileError(`base name (${base}) should not be blank`, it.from, it.to)
      stages.push({
        name: (name ?? String(stages.length)).toLowerCase(),
        index: stages.length,
        from: it,
        base: image,
        instructions: [],
      })
      continue
    }
    const stage = stages.at(-1)
    if (stage) stage.instructions.push(it)
    else if (it.name === 'ARG') {
      const [, name = '', , value] = /^(\w+)(=([\s\S]*))?$/.exec(it.rest) ?? []
      globals[name] =
        buildArgs[name] ??
        (value === undefined ? undefined : expand(value.replace(/^["']|["']$/g, ''), globals))
    } else throw new DockerfileError('no build stage in current context', it.from, it.to)
  }
  if (stages.length === 0) throw new DockerfileError('no build stage in current context')
  return { stages, globals }
}

/** The stage that `FROM name` or `COPY --from=name` means, of those before it. */
export function findStage(stages: Stage[], name: string, before: number): Stage | undefined {
  const earlier = stages.slice(0, before)
  return (
    earlier.findLast((stage) => stage.name === name.toLowerCase()) ??
    (/^\d+$/.test(name) ? earlier[Number(name)] : undefined)
  )
}

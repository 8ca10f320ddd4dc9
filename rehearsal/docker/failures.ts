import { readFileSync } from 'node:fs'
import { DockerfileError, type Instruction } from './dockerfile.ts'
import { RunFailure } from './run.ts'

/** Something docker says of a build that cannot be: after `ERROR: failed to solve: `. */
export class BuildError extends Error {}

/** A failed build in docker's words: the step's output, the place in the Dockerfile, and the sentence. */
export function buildFailureText(error: unknown, dockerfile: string): string {
  const { message, instruction, title } = error as Error & { instruction?: Instruction; title?: string }
  const at = error instanceof DockerfileError ? { from: error.line, to: error.lastLine } : instruction
  const place = at?.from === undefined ? '' : excerpt(dockerfile, at.from, at.to ?? at.from)
  const lead = error instanceof DockerfileError ? 'dockerfile parse error' : ''
  const where =
    lead && error instanceof DockerfileError && error.line ? `${lead} on line ${error.line}: ` : ''
  const said = error instanceof RunFailure ? `------\n > ${title}:\n${error.output.join('\n')}\n------\n` : ''
  return `${said}${place}ERROR: failed to build: failed to solve: ${where}${message}\n`
}

/** The lines around, the guilty ones marked. */
function excerpt(dockerfile: string, from: number, to: number): string {
  const lines = readFileSync(dockerfile, 'utf8').split('\n')
  const shown = lines.flatMap((text, index) => {
    const number = index + 1
    if (number < from - 2 || number > to + 2) return []
    const mark = number >= from && number <= to ? '>>>' : '   '
    return [`${String(number).padStart(4)} | ${mark} ${text}`]
  })
  return `Dockerfile:${from}\n--------------------\n${shown.join('\n')}\n--------------------\n`
}

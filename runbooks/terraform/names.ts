import { existsSync, readdirSync } from 'node:fs'
import { distance, nearest } from '../core/flags/nearest'
import { terraformAws } from '../paths'

/** Names of the environments that have values: those that there are, or could be. */
export function environmentNames(folder = terraformAws): string[] {
  const values = `${folder}/environments`
  if (!existsSync(values)) return []
  return readdirSync(values).flatMap((file) => file.match(/^(.+)\.tfvars$/)?.[1] ?? [])
}

/** Of a name that no environment has: which there are, the nearest first, and the one that most likely was meant. */
export interface Unknown {
  words: string
  meant: string | undefined
}

export function unknownName(name: string, known: readonly string[]): Unknown | undefined {
  if (known.includes(name)) return undefined
  const sorted = [...known].sort((a, b) => distance(name, a) - distance(name, b) || a.localeCompare(b))
  const which = sorted.length > 0 ? `there are ${sorted.join(', ')}` : 'nor any other'
  return { words: `there is no such environment; ${which}`, meant: nearest(name, known) }
}

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { home } from '../../core/home'

/**
 * Where things were last time, so that they and what is kept there are asked for at the same time. Nothing is taken from
 * it: what AWS says now counts, and where that differs, the question is asked again.
 */
export interface Memory {
  account?: string | undefined
  balancerArn?: string | undefined
  targetGroupArn?: string | undefined
  /** What a revision was built from never changes. */
  commits?: Record<string, string>
}

const pathOf = (environment: string, region: string) =>
  join(home(), 'monitor', `${environment}.${region}.json`)

export function remembered(environment: string, region: string): Memory {
  try {
    const memory = JSON.parse(readFileSync(pathOf(environment, region), 'utf8')) as Memory | null
    return typeof memory === 'object' && memory !== null ? memory : {}
  } catch {
    return {}
  }
}

export function remember(environment: string, region: string, memory: Memory): void {
  const path = pathOf(environment, region)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(memory))
    renameSync(`${path}.${process.pid}`, path)
  } catch {
    // A folder that cannot be written to costs the next look a moment, and nothing else.
  }
}

/**
 * What is kept at a place that has to be found first: with a guess both are asked for at once. Whoever may not look for
 * the place has to trust the guess.
 */
export async function atPlace<P, T>(
  guess: P | undefined,
  find: Promise<P | undefined>,
  fetch: (place: P) => Promise<T>,
): Promise<T | undefined> {
  const early = guess === undefined ? undefined : fetch(guess)
  early?.catch(() => {})
  const place = await find.catch((error) => {
    if (early) return guess
    throw error
  })
  if (place === undefined) return undefined
  return early && place === guess ? early : fetch(place)
}

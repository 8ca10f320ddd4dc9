import { memoryOf } from './memory.ts'
import { living } from './pids.ts'
import { rehearsalDir } from './place.ts'
import { readState } from './state.ts'

export interface Part {
  name: string
  pid: number
  /** Resident memory in bytes. */
  memory: number | undefined
}

export interface UnknownCall {
  call: string
  times: number
  reason?: string
}

export interface Status {
  up: boolean
  dir: string
  started?: string
  urls?: { aws: string; model: string; moto: string }
  /** Everything that lives, the daemon first; also what a crashed rehearsal left behind. */
  parts: Part[]
  calls: { total: number; distinct: number; byAction: Record<string, number> }
  unknown: UnknownCall[]
}

/** What runs, where, how much it takes, and what it was asked that it does not know. */
export async function status({ dir = rehearsalDir() }: { dir?: string } = {}): Promise<Status> {
  const state = readState(dir)
  const parts = living(dir)
    .map(({ name, pid }) => ({ name, pid, memory: memoryOf(pid) }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
  const none = { total: 0, distinct: 0, byAction: {} }
  if (!state) return { up: false, dir, parts, calls: none, unknown: [] }
  const ask = async <T>(path: string, otherwise: T): Promise<T> =>
    fetch(`${state.urls.aws}/_rehearsal/${path}`, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.json() as Promise<T>,
      () => otherwise,
    )
  const byAction = await ask<Record<string, number>>('seen', {})
  const counts = Object.values(byAction)
  return {
    up: true,
    dir,
    started: state.started,
    urls: state.urls,
    parts,
    calls: { total: counts.reduce((sum, count) => sum + count, 0), distinct: counts.length, byAction },
    unknown: await ask<UnknownCall[]>('unknown', []),
  }
}

const rank = (name: string) => (name === 'daemon' ? 0 : name === 'moto' ? 1 : 2)

/** For people. */
export function statusLines(it: Status): string[] {
  const mega = (bytes: number | undefined) => (bytes === undefined ? '' : `${Math.round(bytes / 2 ** 20)} MB`)
  const table = it.parts.map(
    ({ name, pid, memory }) => `  ${name.padEnd(32)} pid ${String(pid).padEnd(8)} ${mega(memory)}`,
  )
  if (!it.up) {
    const left = it.parts.length > 0 ? ['Left behind by one that crashed, `down` ends it:', ...table] : []
    return ['No rehearsal is up here', ...left]
  }
  const unknown = it.unknown.map(
    ({ call, times, reason }) => `  ${call} (${times} times)${reason ? `: ${reason}` : ''}`,
  )
  return [
    `Rehearsal is up since ${it.started}`,
    `  AWS    ${it.urls?.aws}`,
    `  moto   ${it.urls?.moto}`,
    `  model  ${it.urls?.model}`,
    ...table,
    `API calls: ${it.calls.total}, ${it.calls.distinct} different`,
    ...(unknown.length > 0 ? [`UNKNOWN API CALLS, answered as errors: ${unknown.length}`, ...unknown] : []),
  ]
}

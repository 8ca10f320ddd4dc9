import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { home } from '../home'
import { type Holder, isGone, thisProcess } from '../lock/holder'

/**
 * A child such as `terraform apply` must come to its own end even when the runbook is killed under it: with a broken
 * pipe for its output it would die with resources made and none of them in the state. So it writes to files, and a
 * record of it lets the next run wait for it.
 */
interface Note {
  environment: string
  runbook: string
  command: string
}

interface Survivor extends Note {
  /** The run it belongs to. */
  parent: Holder
  /** When it was started, ISO 8601. */
  since: string
}

/** A child that was killed, and had no time to tidy up: when it lived, as far as its files tell. */
export interface Fallen extends Note {
  since: Date
  /** Its last sign of life. */
  until: Date
}

/** What a child writes to instead of pipes. Its pid is written by its own shell, before it is anything else. */
export interface Filed {
  out: string
  err: string
  pid: string
  outFd: number
  errFd: number
}

const folder = () => join(home(), 'running')
const path = (name: string, kind: string) => join(folder(), `${name}.${kind}`)

/** Recorded before the child starts, so that there is no moment at which a kill -9 would leave it unknown. */
export function fileOutput(name: string, { environment, runbook, command }: Note): Filed {
  mkdirSync(folder(), { recursive: true })
  const since = new Date().toISOString()
  const survivor: Survivor = { environment, runbook, command, parent: thisProcess(), since }
  writeFileSync(path(name, 'json'), JSON.stringify(survivor), { mode: 0o600 })
  const [out, err, pid] = [path(name, 'out'), path(name, 'err'), path(name, 'pid')]
  // Readable by this user alone: nobody knows what a program may print.
  return { out, err, pid, outFd: openSync(out, 'w', 0o600), errFd: openSync(err, 'w', 0o600) }
}

export function forget(name: string): void {
  for (const kind of ['json', 'out', 'err', 'pid', 'fallen']) rmSync(path(name, kind), { force: true })
}

/** Keeps of a child that was killed what its successor may need to tidy up after it. */
export function fell(name: string): void {
  const survivor = load(name)
  if (survivor) {
    const { environment, runbook, command, since } = survivor
    const until = new Date(
      Math.max(Date.parse(since), ...['out', 'err', 'pid'].map((kind) => written(name, kind))),
    )
    const kept = JSON.stringify({ environment, runbook, command, since, until })
    writeFileSync(path(name, 'fallen'), kept, { mode: 0o600 })
  }
  for (const kind of ['json', 'out', 'err', 'pid']) rmSync(path(name, kind), { force: true })
}

/** Children of this environment that were killed, until they are buried. */
export function fallen(environment: string): Fallen[] {
  return recorded('fallen')
    .map((name) => JSON.parse(readFileSync(path(name, 'fallen'), 'utf8')))
    .filter((one) => one.environment === environment)
    .map((one) => ({ ...one, since: new Date(one.since), until: new Date(one.until) }))
}

/** To be called once nothing of what they left is there any more. */
export function buryFallen(environment: string): void {
  for (const name of recorded('fallen')) {
    if (JSON.parse(readFileSync(path(name, 'fallen'), 'utf8')).environment === environment) forget(name)
  }
}

/** Children that outlived their run and are still at work; what is left of those that ended is cleared away. */
export function survivors(environment: string): (Note & { pid: number })[] {
  return recorded('json').flatMap((name) => {
    const survivor = load(name)
    if (survivor && !isGone(survivor.parent)) return []
    const pid = livingChild(name)
    if (survivor && pid) return survivor.environment === environment ? [{ ...survivor, pid }] : []
    fell(name)
    return []
  })
}

function recorded(kind: string): string[] {
  try {
    const files = readdirSync(folder()).filter((file) => file.endsWith(`.${kind}`))
    return files.map((file) => file.slice(0, -kind.length - 1))
  } catch {
    // Nothing has ever run here.
    return []
  }
}

function load(name: string): Survivor | undefined {
  try {
    return JSON.parse(readFileSync(path(name, 'json'), 'utf8')) as Survivor
  } catch {
    // Another run may have cleared it away, or was killed while it wrote it.
    return undefined
  }
}

function written(name: string, kind: string): number {
  return statSync(path(name, kind), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** The child's pid while it lives. It leads a process group: a later process that got its number hardly does. */
function livingChild(name: string): number | undefined {
  try {
    const pid = Number(readFileSync(path(name, 'pid'), 'utf8'))
    process.kill(-pid, 0)
    return pid
  } catch {
    return undefined
  }
}

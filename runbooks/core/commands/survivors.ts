import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  const survivor: Survivor = { environment, runbook, command, parent: thisProcess() }
  writeFileSync(path(name, 'json'), JSON.stringify(survivor), { mode: 0o600 })
  const [out, err, pid] = [path(name, 'out'), path(name, 'err'), path(name, 'pid')]
  // Readable by this user alone: nobody knows what a program may print.
  return { out, err, pid, outFd: openSync(out, 'w', 0o600), errFd: openSync(err, 'w', 0o600) }
}

export function forget(name: string): void {
  for (const kind of ['json', 'out', 'err', 'pid']) rmSync(path(name, kind), { force: true })
}

/** Children that outlived their run and are still at work; what is left of those that ended is cleared away. */
export function survivors(environment: string): (Note & { pid: number })[] {
  return recorded().flatMap((name) => {
    const survivor = load(name)
    if (survivor && !isGone(survivor.parent)) return []
    const pid = livingChild(name)
    if (survivor && pid) return survivor.environment === environment ? [{ ...survivor, pid }] : []
    forget(name)
    return []
  })
}

function recorded(): string[] {
  try {
    return readdirSync(folder()).flatMap((file) => file.match(/^(.+)\.json$/)?.[1] ?? [])
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

import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { home } from '../home'
import { type Holder, isGone, processOf, thisProcess } from '../lock/holder'

/**
 * A child such as `terraform apply` must come to its own end even when the runbook is killed under it: with a broken
 * pipe for its output it would die with resources made and none of them in the state. So it writes to files, and a
 * record of it lets the next run wait for it.
 */
export interface Survivor {
  environment: string
  runbook: string
  command: string
  /** The run it belongs to. */
  parent: Holder
  child: Holder
}

const folder = () => join(home(), 'running')

/** Files for a child's output, readable by this user alone and removed with `forget`. */
export function outputFiles(name: string): { out: string; err: string; outFd: number; errFd: number } {
  mkdirSync(folder(), { recursive: true })
  const [out, err] = [join(folder(), `${name}.out`), join(folder(), `${name}.err`)]
  return { out, err, outFd: openSync(out, 'w', 0o600), errFd: openSync(err, 'w', 0o600) }
}

export function remember(
  name: string,
  pid: number,
  of: Pick<Survivor, 'environment' | 'runbook' | 'command'>,
): void {
  const survivor: Survivor = { ...of, parent: thisProcess(), child: processOf(pid) }
  writeFileSync(join(folder(), `${name}.json`), JSON.stringify(survivor), { mode: 0o600 })
}

export function forget(name: string): void {
  for (const kind of ['json', 'out', 'err']) rmSync(join(folder(), `${name}.${kind}`), { force: true })
}

/** Children that outlived their run and are still at work; records of those that ended are cleared away. */
export function survivors(environment: string): Survivor[] {
  return recorded().flatMap((name) => {
    const survivor = load(name)
    if (survivor && !isGone(survivor.parent)) return []
    if (survivor && !isGone(survivor.child)) return survivor.environment === environment ? [survivor] : []
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
    return JSON.parse(readFileSync(join(folder(), `${name}.json`), 'utf8')) as Survivor
  } catch {
    // Another run may have cleared it away, or was killed while it wrote it.
    return undefined
  }
}

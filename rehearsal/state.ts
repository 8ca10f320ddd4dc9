import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOf } from './pids.ts'

/** What is known of a running rehearsal, in `.rehearsal/state.json`. */
export interface State {
  pid: number
  /** When the daemon's process started, in the system's words: with the pid it is its identity. */
  process: string
  /** `starting` says in `waitingFor` what it waits for. */
  phase: 'starting' | 'up' | 'failed'
  waitingFor?: string
  error?: string
  started: string
  ports: { aws: number; model: number; moto: number }
  urls: { aws: string; model: string; moto: string }
  account: string
  region: string
  /** The process whose own rehearsal it is, and with which it goes. */
  owner?: { pid: number; process: string }
}

const file = (dir: string) => join(dir, 'state.json')

export function readStateFile(dir: string): State | undefined {
  try {
    return JSON.parse(readFileSync(file(dir), 'utf8')) as State
  } catch {
    return undefined
  }
}

export function writeState(dir: string, state: State): void {
  const aside = `${file(dir)}.${process.pid}`
  writeFileSync(aside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  renameSync(aside, file(dir))
}

export function clearState(dir: string): void {
  rmSync(file(dir), { force: true })
}

export const isAlive = (state: State): boolean => startOf(state.pid) === state.process

/** The rehearsal that is up in this folder; one whose daemon or owner died is not. */
export function readState(dir: string): State | undefined {
  const state = readStateFile(dir)
  if (state?.phase !== 'up' || !isAlive(state)) return undefined
  return state.owner && startOf(state.owner.pid) !== state.owner.process ? undefined : state
}

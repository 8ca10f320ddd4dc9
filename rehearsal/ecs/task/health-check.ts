import type { HealthCheck } from '@aws-sdk/client-ecs'
import type { Durations } from '../durations.ts'
import { afterCheck } from '../judge/health.ts'
import type { Command } from './command.ts'
import { onThisMachine } from './command.ts'
import { killGroup } from './container.ts'

/** ECS's defaults, in seconds. */
const usual = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 }

export type HealthStatus = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY'

export interface Where {
  command: Command
  env: Record<string, string>
  root: string
  preload: string
}

/**
 * Runs a container's health check in its environment at its interval, and tells every change of its state.
 * Returns how to stop. A container without a check has no state.
 */
export function watchHealth(
  check: HealthCheck | undefined,
  where: Where,
  durations: Pick<Durations, 'firstCheck' | 'checkWhileStarting'>,
  heard: (status: HealthStatus) => void,
) {
  const [kind, ...rest] = check?.command ?? []
  if (!check || !kind || kind === 'NONE') return () => {}
  const settings = { ...usual, ...defined(check) }
  // ECS looks first after one interval: what an earlier look finds does not count against the container.
  const lenient = { ...settings, startPeriod: Math.max(settings.startPeriod, settings.interval) }
  const argv =
    kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : onThisMachine(rest, where.root, where.preload)
  const began = Date.now()
  let state: { status: HealthStatus; failures: number } = { status: 'UNKNOWN', failures: 0 }
  let stopped = false
  let timer: Timer
  let running: Bun.Subprocess | undefined
  const again = (after: number) => {
    timer = setTimeout(async () => {
      const passed = await runOnce(argv, where, settings.timeout * 1000, (child) => {
        running = child
      })
      if (stopped) return
      const before = state.status
      const since = (Date.now() - began) / 1000
      state = afterCheck(state, passed, since, lenient)
      if (state.status !== before) heard(state.status)
      const early = state.status === 'UNKNOWN' && since < lenient.startPeriod
      again(early ? durations.checkWhileStarting : settings.interval * 1000)
    }, after)
  }
  heard('UNKNOWN')
  again(durations.firstCheck)
  return () => {
    stopped = true
    clearTimeout(timer)
    if (running && running.exitCode === null) killGroup(running.pid, 'SIGKILL')
  }
}

async function runOnce(
  argv: string[],
  where: Where,
  timeout: number,
  started: (child: Bun.Subprocess) => void,
) {
  try {
    const { cwd } = where.command
    const options = {
      cwd,
      env: where.env,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'ignore',
      detached: true,
    } as const
    const child = Bun.spawn(argv, options)
    started(child)
    const timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), timeout)
    const code = await child.exited
    clearTimeout(timer)
    return code === 0
  } catch {
    // Its program does not exist: that is a failed check.
    return false
  }
}

function defined(check: HealthCheck): Partial<typeof usual> {
  const names = ['interval', 'timeout', 'retries', 'startPeriod'] as const
  return Object.fromEntries(names.flatMap((name) => (check[name] === undefined ? [] : [[name, check[name]]])))
}

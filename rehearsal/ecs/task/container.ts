import type { Container, ContainerDefinition } from '@aws-sdk/client-ecs'
import { forget, record } from '../../pids.ts'
import { reasonWords } from '../words/reasons.ts'
import type { Command } from './command.ts'
import { StartFailure } from './failure.ts'
import type { LogSink } from './logs.ts'
import type { Usage, Used } from './usage.ts'

/** One container of a task, as a group of processes. */
export interface Running {
  definition: ContainerDefinition
  view: Container
  pid: number
  exited: Promise<void>
  alive(): boolean
  used: Used
  /** SIGTERM, then SIGKILL when the stop timeout has passed. */
  end(): Promise<void>
}

export interface ContainerSettings {
  definition: ContainerDefinition
  view: Container
  command: Command
  env: Record<string, string>
  logs: LogSink
  /** Bytes above which it is killed, of the task or of the container itself. */
  memoryLimit: number
  usage: Usage
  /** The rehearsal's folder and a name for the record of its processes. */
  place: { dir: string; name: string }
  /** When the rehearsal goes down nobody waits for a stop timeout. */
  goingDown: { signal: AbortSignal; grace: number }
}

/** Seconds: ECS's default, and the most that Fargate allows. */
const stopTimeout = { usual: 30, most: 120 }

export function startContainer(it: ContainerSettings): Running {
  const child = spawn(it)
  const { definition, view } = it
  const used: Used = { bytes: 0, cpuSeconds: 0 }
  let alive = true
  let killedForMemory = false
  record(it.place.dir, it.place.name, child.pid)
  view.lastStatus = 'RUNNING'
  it.usage.watch(child.pid, (now) => {
    Object.assign(used, now)
    if (now.bytes <= it.memoryLimit || !alive) return
    killedForMemory = true
    killGroup(child.pid, 'SIGKILL')
  })
  const printed = Promise.all([pump(child.stdout, it.logs), pump(child.stderr, it.logs)])
  const exited = child.exited.then(async () => {
    alive = false
    it.usage.forget(child.pid)
    // What the process left behind in its group ends with the container.
    killGroup(child.pid, 'SIGKILL')
    forget(it.place.dir, child.pid)
    await Promise.race([printed, Bun.sleep(500)])
    await it.logs.close()
    view.exitCode = exitCodeOf(child)
    view.lastStatus = 'STOPPED'
    if (killedForMemory) view.reason = reasonWords.outOfMemory
  })
  return {
    definition,
    view,
    pid: child.pid,
    exited,
    alive: () => alive,
    used,
    async end() {
      if (!alive) return exited
      const kill = () => killGroup(child.pid, 'SIGKILL')
      killGroup(child.pid, 'SIGTERM')
      const seconds = Math.min(definition.stopTimeout ?? stopTimeout.usual, stopTimeout.most)
      const timers = [setTimeout(kill, seconds * 1000)]
      const hurry = () => timers.push(setTimeout(kill, it.goingDown.grace))
      if (it.goingDown.signal.aborted) hurry()
      it.goingDown.signal.addEventListener('abort', hurry, { once: true })
      await exited
      it.goingDown.signal.removeEventListener('abort', hurry)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

type Child = Bun.Subprocess<'ignore', 'pipe', 'pipe'>

function spawn({ command, env }: ContainerSettings): Child {
  try {
    // A group of its own: signals reach what it started, and a Ctrl-C in the daemon's terminal does not.
    const options = {
      cwd: command.cwd,
      env,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    } as const
    return Bun.spawn(command.argv, options)
  } catch (error) {
    const code = (error as { code?: string }).code
    const why = code === 'EACCES' ? 'permission denied' : 'executable file not found in $PATH'
    throw new StartFailure(reasonWords.cannotStart(command.argv[0] ?? '', why))
  }
}

/** A process ended by a signal has 128 and its number, as a shell would say. */
function exitCodeOf(child: Child): number {
  const numbers: Record<string, number> = {
    SIGHUP: 1,
    SIGINT: 2,
    SIGILL: 4,
    SIGABRT: 6,
    SIGBUS: 7,
    SIGKILL: 9,
    SIGSEGV: 11,
    SIGTERM: 15,
  }
  return child.signalCode ? 128 + (numbers[child.signalCode] ?? 0) : (child.exitCode ?? 0)
}

export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has ended.
  }
}

async function pump(stream: ReadableStream<Uint8Array>, logs: LogSink): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) logs.line(line.replace(/\r$/, ''))
  }
  if (rest) logs.line(rest)
}

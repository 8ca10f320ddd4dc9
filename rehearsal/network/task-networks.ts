import { type Endpoint, type Endpoints, nameOf } from './endpoints.ts'
import type { Eni } from './interfaces.ts'
import { allotPort, releasePort } from './ports.ts'
import { openPassage, type Passage } from './proxies.ts'
import type { Reach } from './reach.ts'

interface TaskNetwork {
  eni: Eni
  /** Container port → loopback port. */
  listening: Map<number, number>
  passages: { close(): void }[]
  allotted: number[]
  environment?: Promise<ProcessEnvironment>
}

/** What the processes of a task are started with. */
export interface ProcessEnvironment {
  /** For `bun --preload`. */
  preload: string
  env: Record<string, string>
}

export interface Surroundings {
  reach: Reach
  endpoints: Endpoints
  log(message: string): void
}

/** Clients try again every second or so; what is dropped is said again only after this long. */
const sameAgainMs = 60_000
/** A program that listens on more ports than its definition names has one or two of them. */
const sparePorts = 4

/** The loopback ports of each task: those it listens on, and those that stand for what it connects to. */
export function createTaskNetworks({ reach, endpoints, log }: Surroundings) {
  const tasks = new Map<string, TaskNetwork>()

  function of(eni: Eni): TaskNetwork {
    const task = tasks.get(eni.id) ?? { eni, listening: new Map(), passages: [], allotted: [] }
    tasks.set(eni.id, task)
    return task
  }

  function newPort({ allotted }: TaskNetwork): number {
    const port = allotPort()
    allotted.push(port)
    return port
  }

  /** The loopback port that stands for a container port; allotted when first asked for. */
  function listen(eni: Eni, containerPort: number): number {
    const task = of(eni)
    const port = task.listening.get(containerPort) ?? newPort(task)
    task.listening.set(containerPort, port)
    return port
  }

  function open(task: TaskNetwork, to: string, passage: Omit<Passage, 'onDropped'>): number {
    const port = newPort(task)
    let last = { why: '', at: 0 }
    const onDropped = (why: string) => {
      if (why === last.why && performance.now() - last.at < sameAgainMs) return
      last = { why, at: performance.now() }
      log(`${task.eni.privateIp} to ${to}: dropped, ${why}`)
    }
    task.passages.push(openPassage(port, { ...passage, onDropped }))
    return port
  }

  function openTo(task: TaskNetwork, endpoint: Endpoint): number {
    const { eni } = task
    const name = nameOf(endpoint)
    return open(task, name, {
      async decide() {
        // Asked anew each time: the store may be gone, restored elsewhere, or have other groups by now.
        const now = (await endpoints()).find((one) => nameOf(one) === name)
        return { verdict: now ? await reach.endpoint(eni, now) : { open: true }, realPort: now?.realPort }
      },
      ...(endpoint.kind === 'internet' ? { stillOpen: () => reach.routeOut(eni, 1_000) } : {}),
    })
  }

  async function environmentOf(task: TaskNetwork, containerPorts: number[]): Promise<ProcessEnvironment> {
    const known = await endpoints()
    const nobody = { open: false as const, why: 'nothing is known there' }
    const map = {
      listen: Object.fromEntries(containerPorts.map((port) => [port, listen(task.eni, port)])),
      spare: Array.from({ length: sparePorts }, () => newPort(task)),
      hosts: Object.fromEntries(known.map((one) => [nameOf(one), openTo(task, one)])),
      plain: known.filter(({ plain }) => plain).map(nameOf),
      silent: open(task, 'another address', {
        decide: async () => ({ verdict: nobody, realPort: undefined }),
      }),
    }
    return { preload: `${import.meta.dir}/preload.ts`, env: { REHEARSAL_NETWORK: JSON.stringify(map) } }
  }

  function close({ passages, allotted }: TaskNetwork): void {
    for (const passage of passages) passage.close()
    for (const port of allotted) releasePort(port)
  }

  return {
    listen,
    /** The loopback port where an address of the VPC is reached, if a task has it and listens there. */
    lookup(ip: string, port: number): number | undefined {
      for (const { eni, listening } of tasks.values()) if (eni.privateIp === ip) return listening.get(port)
      return undefined
    },
    /** The same for every process of a task: its program, its health check. */
    processEnvironment(eni: Eni, containerPorts: number[]): Promise<ProcessEnvironment> {
      const task = of(eni)
      task.environment ??= environmentOf(task, containerPorts)
      return task.environment
    },
    release(eni: Eni): void {
      const task = tasks.get(eni.id)
      tasks.delete(eni.id)
      if (task) close(task)
    },
    stop(): void {
      for (const task of tasks.values()) close(task)
      tasks.clear()
    },
  }
}

import { join } from 'node:path'
import { type Aws, awsOf } from '../../aws/clients'
import { doorAt } from '../../aws/door'
import { findDoor } from '../../aws/loadbalancer'
import { type Stack, stackOf, stateBucket } from '../../aws/stack'
import { Copy, type Edits } from './copy'
import { faultsAt } from './faults'
import { type Entry, journalOf } from './journal'
import { atWork } from './processes'
import type { Environment } from './programs'
import { type Event, type Ran, type Running, startRunbook } from './runs'
import { load, type Traffic } from './traffic'
import { lookAtWorld, type World } from './world'

/** The rehearsal's own access key: what drills look with is neither recorded nor struck by faults. */
const observer = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }

/** The rehearsal a stage stands in: its folder, the account it plays, and the environment that leads to it. */
export interface Ground {
  dir: string
  account: string
  set: Record<string, string>
  unset: string[]
}

/** Where drills are played: a deployed environment of a rehearsal, and a copy of this clone to break. */
export class Stage {
  readonly stack: Stack
  /** A colleague's view and hands. */
  readonly aws: Aws
  readonly bucket: string
  readonly faults: ReturnType<typeof faultsAt>
  door = doorAt('')
  /** The commit that serves when a drill begins. */
  base = ''
  #version = ''
  #running = new Set<Running>()

  private constructor(
    readonly copy: Copy,
    readonly env: Environment,
    { environmentName, account }: { environmentName: string; account: string },
  ) {
    const [endpoint, region] = [env.AWS_ENDPOINT_URL!, env.AWS_REGION!]
    this.stack = stackOf(environmentName)
    this.aws = awsOf({ endpoint, region, credentials: observer })
    this.bucket = stateBucket(account, region)
    this.faults = faultsAt(endpoint)
  }

  /** In the rehearsal that is up here; what it has no environment in is still empty. */
  static async open(environmentName: string, { dir, account, set, unset }: Ground): Promise<Stage> {
    const env = { ...process.env, ...set, ...Object.fromEntries(unset.map((name) => [name, undefined])) }
    const copy = await Copy.make(join(dir, 'drill', environmentName))
    const stage = new Stage(copy, env, { environmentName, account })
    stage.base = await copy.head()
    return stage
  }

  /** Commits changes as a new version of the server, named after the drill, so that answers tell who gives them. */
  async release(name: string, edits: Edits = {}): Promise<string> {
    const before = await this.copy.version()
    this.#version ||= before.split('-')[0]!
    const version = `${this.#version}-${name}`
    const named = (text: string) => text.replace(`"version": "${before}"`, `"version": "${version}"`)
    await this.copy.edit({ ...edits, 'package.json': named }, `Release ${version}`)
    return version
  }

  /** Starts a runbook in the copy. */
  start(words: string[], hear?: (event: Event) => void, env: Environment = {}): Running {
    const flags = [...words, '--environment', this.stack.environment]
    const running = startRunbook(this.copy.dir, flags, {
      env: { ...this.env, ...env },
      ...(hear ? { hear } : {}),
    })
    this.#running.add(running)
    void running.ended.then(() => this.#running.delete(running))
    return running
  }

  run(words: string[], hear?: (event: Event) => void): Promise<Ran> {
    return this.start(words, hear).ended
  }

  load(): Traffic {
    return load(this.door)
  }

  world(): Promise<World> {
    return lookAtWorld(this.aws, this.stack, this.bucket, this.door)
  }

  journal(run: string): Promise<Entry | undefined> {
    return journalOf(this.aws, this.bucket, run)
  }

  /** What the runbooks have left running. */
  left(): Promise<string[]> {
    return atWork(this.copy.dir)
  }

  /** Whether the environment has ever been deployed. */
  async find(): Promise<boolean> {
    const found = await findDoor(this.aws, this.stack)
    if (found) this.door = found
    return found !== undefined
  }

  /** Ends what a drill that broke off has left behind. */
  async strike(): Promise<void> {
    await this.faults.clear().catch(() => {})
    for (const running of this.#running) running.kill('SIGTERM')
    await Promise.all([...this.#running].map(({ ended }) => ended))
  }
}

/** Waits until a look at the world is as it should be. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  for (const deadline = Date.now() + seconds * 1_000; ; await Bun.sleep(200)) {
    const seen = await look()
    if (seen) return seen
    if (Date.now() > deadline) throw new Error(`${what}: not so after ${seconds} s`)
  }
}

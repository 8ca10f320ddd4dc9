import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a fixture runbook ended with, as a shell or a pipeline sees it. */
export interface Ended {
  exitCode: number
  stdout: string
  stderr: string
  ms: number
}

/** A folder of its own for a test's journal and locks. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'tria-kit-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** An environment in which nobody is anybody: no AWS account, no CI, no colours. */
export function bareEnvironment(folder: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    USER: 'tester',
    TRIA_RUNBOOKS_DIR: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  }
}

export function fixturePath(name: string): string {
  return join(import.meta.dir, 'fixtures', `${name}.ts`)
}

/** Starts a fixture runbook as a process, as a user would. */
export function start(name: string, args: string[], env: Record<string, string>) {
  return Bun.spawn([process.execPath, fixturePath(name), ...args], {
    cwd: join(import.meta.dir, '..', '..', '..'),
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

export async function run(name: string, args: string[], env: Record<string, string>): Promise<Ended> {
  const started = performance.now()
  const child = start(name, args, env)
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ])
  return { exitCode, stdout, stderr, ms: performance.now() - started }
}

export function events(stdout: string): Record<string, unknown>[] {
  return stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []))
}

export function result(stdout: string): Record<string, unknown> {
  return events(stdout).at(-1) ?? {}
}

/** Every journal in the folder, as text. */
export function journals(folder: string): string[] {
  const path = join(folder, 'journal')
  return readdirSync(path).map((name) => readFileSync(join(path, name), 'utf8'))
}

export async function eventually<T>(look: () => T | Promise<T>, ms = 8000): Promise<NonNullable<T>> {
  const deadline = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found as NonNullable<T>
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${look}`)
    await Bun.sleep(25)
  }
}

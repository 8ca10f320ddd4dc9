import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Vertex } from './progress.ts'
import type { ImageStore } from './store.ts'
import { registryEnvironment, toolFolder } from './tools.ts'
import { exists, isFolder, sha256, walk } from './tree.ts'

export interface RunStep {
  /** As the Dockerfile has it: a command for the shell, or a list. */
  command: string | string[]
  shell: string[]
  workingDir: string
  env: Record<string, string>
  key: string
}

/** A RUN that ended with something else than zero. */
export class RunFailure extends Error {
  constructor(
    readonly shown: string,
    readonly exitCode: number,
    readonly output: string[],
  ) {
    super(`process "${shown}" did not complete successfully: exit code: ${exitCode}`)
  }
}

/** Runs one RUN in the stage's root, which stands for `/`. */
export async function runStep(
  store: ImageStore,
  root: string,
  step: RunStep,
  context: string,
  vertex: Vertex,
): Promise<void> {
  const cwd = join(root, step.workingDir)
  mkdirSync(cwd, { recursive: true })
  const install = installOf(step, cwd)
  if (install && exists(store.at('modules', install))) {
    link(store.at('modules', install, 'node_modules'), join(cwd, 'node_modules'))
    return
  }
  // Installing over a link would change the modules that other images share.
  if (install) rmSync(join(cwd, 'node_modules'), { recursive: true, force: true })
  try {
    await execute(store, root, step, vertex)
  } catch (error) {
    if (!install || !(error instanceof RunFailure) || !takeOver(context, cwd)) throw error
    vertex.line(
      'the registry does not answer: took the modules of the build context, whose lockfile is the same',
    )
  }
  park(
    store,
    root,
    install === undefined ? undefined : { folder: join(cwd, 'node_modules'), key: install },
    step.key,
  )
}

/** The key of what a plain `bun install` leaves behind, which depends on very little. */
function installOf({ command, env }: RunStep, cwd: string): string | undefined {
  const text = (typeof command === 'string' ? command : command.join(' ')).trim()
  if (!/^bun (i|install|ci)( --?[\w-]+(=\S+)?)*$/.test(text)) return undefined
  const files = ['package.json', 'bun.lock', 'bun.lockb', 'bunfig.toml', '.npmrc'].map((name) =>
    read(join(cwd, name)),
  )
  return sha256(
    JSON.stringify([Bun.version, process.platform, process.arch, text, env.NODE_ENV ?? '', files]),
  )
}

const read = (path: string) => (exists(path) ? readFileSync(path, 'utf8') : '')

/** No registry, but the context has been installed from the same lockfile: that is the same modules, and more. */
function takeOver(context: string, cwd: string): boolean {
  const same = ['package.json', 'bun.lock'].every(
    (name) => read(join(context, name)) === read(join(cwd, name)),
  )
  const modules = join(context, 'node_modules')
  if (!same || !isFolder(modules)) return false
  rmSync(join(cwd, 'node_modules'), { recursive: true, force: true })
  // Linked where the system can (GNU's -l): nothing ever writes into a module.
  return [['-al'], ['-a']].some((how) => spawnSync('cp', [...how, modules, cwd]).status === 0)
}

/** Modules are large and seldom change: they move into the store, and the stage keeps a link. */
function park(
  store: ImageStore,
  root: string,
  install: { folder: string; key: string } | undefined,
  key: string,
): void {
  const folders = walk(root, (path) => /(^|\/)node_modules\//.test(path))
    .filter(({ kind, path }) => kind === 'folder' && /(^|\/)node_modules$/.test(path))
    .map(({ path }) => path)
  for (const path of folders) {
    const folder = join(root, path)
    const name = install?.folder === folder ? install.key : sha256(`${key} ${path}`)
    const aside = store.workFolder()
    renameSync(folder, join(aside, 'node_modules'))
    store.settle(aside, store.at('modules', name))
    link(store.at('modules', name, 'node_modules'), folder)
  }
}

function link(target: string, path: string): void {
  rmSync(path, { recursive: true, force: true })
  symlinkSync(target, path)
}

function execute(store: ImageStore, root: string, step: RunStep, vertex: Vertex): Promise<void> {
  const { command, shell } = step
  const shown = typeof command === 'string' ? [...shell, command].join(' ') : command.join(' ')
  const [program = '/bin/sh', ...args] =
    typeof command === 'string'
      ? [...shell, inRoot(command, root)]
      : command.map((argument, index) => (index === 0 ? argument : inRoot(argument, root)))
  const tools = toolFolder(store)
  const found =
    program.startsWith('/') && !exists(program) ? join(tools, program.split('/').at(-1)!) : program
  const env = { ...registryEnvironment(), ...step.env, PATH: tools, TMPDIR: '/tmp' }
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const output: string[] = []
    const child = spawn(found, args, {
      cwd: join(root, step.workingDir),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      let rest = ''
      const say = (text: string) => {
        const line = `${((performance.now() - started) / 1000).toFixed(3)} ${text.replaceAll(root, '')}`
        output.push(line)
        vertex.line(line)
      }
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        const lines = (rest + chunk).split(/\r?\n/)
        rest = lines.pop() ?? ''
        for (const text of lines) say(text)
      })
      stream.on('end', () => rest && say(rest))
    }
    child.once('error', () => reject(new RunFailure(shown, 127, output)))
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new RunFailure(shown, code ?? (signal === 'SIGKILL' ? 137 : 143), output))
    })
  })
}

/** The machine's own folders, which a command may name to run programs or to throw output away. */
const machine = /^\/(bin|sbin|usr|lib|lib64|etc|dev|proc|sys|tmp)(\/|$)/

/** `/app/dist` in a command means the image's: put the stage's root before it, as a chroot would. */
export function inRoot(command: string, root: string): string {
  return command.replace(/(^|[\s=:"'`(<>,])(\/[\w.@-][\w./@*-]*)/g, (whole, before: string, path: string) => {
    const known =
      exists(join(root, path)) || (path.split('/').length > 2 && exists(join(root, dirname(path))))
    if (machine.test(path) && !known) return whole
    // `https://host/path` and `//` in a script are no paths; a colon before may be one, as in `A=/x:/y`.
    return `${before}${join(root, path)}`
  })
}

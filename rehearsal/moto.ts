import { existsSync, openSync, readFileSync, realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'

/** A running moto server: the AWS that remembers what was created. */
export interface Moto {
  url: string
  pid: number
  /** Where botocore keeps AWS's service models, next to moto. */
  models: string | undefined
  /** Resolves with the exit code when the process ends, for whatever reason. */
  exited: Promise<number>
  stop(): Promise<void>
}

const missing =
  'moto_server is missing: install it with `pip install "moto[server]==5.2.1"`, or into .tools/venv of this clone'

/** Starts moto on a free loopback port and waits until it answers. Its output goes to `<dir>/moto.log`. */
export async function startMoto(options: {
  dir: string
  clone?: string
  signal?: AbortSignal
  /** Told at once, before moto answers, so that it can be ended whatever happens meanwhile. */
  spawned?: (pid: number) => void
}): Promise<Moto> {
  const program = findMoto(options.clone ?? dirname(options.dir), options.dir)
  if (!program) throw new Error(missing)
  const port = await freePort()
  const log = openSync(join(options.dir, 'moto.log'), 'w')
  const child = Bun.spawn([program, '-H', '127.0.0.1', '-p', String(port)], {
    // moto has AWS's managed policies only when it is told to load them; the provider attaches some.
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', PYTHONUNBUFFERED: '1' },
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  })
  options.spawned?.(child.pid)
  const stop = async () => {
    child.kill('SIGTERM')
    const slow = setTimeout(() => child.kill('SIGKILL'), 3_000)
    await child.exited
    clearTimeout(slow)
  }
  options.signal?.addEventListener('abort', () => void stop(), { once: true })
  const url = `http://127.0.0.1:${port}`
  await answering(url, child, join(options.dir, 'moto.log'))
  return { url, pid: child.pid, models: modelsOf(program), exited: child.exited, stop }
}

/** The folder of AWS's service models that the moto on this machine was installed with. */
export function findModels(clone: string, dir: string): string | undefined {
  const program = findMoto(clone, dir)
  return program ? modelsOf(program) : undefined
}

function findMoto(clone: string, dir: string): string | undefined {
  const own = [join(dir, 'venv'), join(clone, '.tools/venv')].map((venv) => join(venv, 'bin/moto_server'))
  return own.find((path) => existsSync(path)) ?? Bun.which('moto_server') ?? undefined
}

/** Asks the interpreter that moto runs under: the one its first line names, or the one beside it. */
function modelsOf(program: string): string | undefined {
  const named = /^#!\s*(\S*python\S*)/.exec(readFileSync(realpathSync(program), 'utf8').slice(0, 300))?.[1]
  const python = named ?? join(dirname(program), 'python3')
  const asked = Bun.spawnSync([python, '-c', 'import botocore; print(botocore.__path__[0])'])
  const folder = join(asked.stdout.toString().trim(), 'data')
  return asked.exitCode === 0 && existsSync(folder) ? folder : undefined
}

async function answering(url: string, child: Bun.Subprocess, log: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break
    const ready = await fetch(`${url}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await Bun.sleep(100)
  }
  const said = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n')
  child.kill('SIGKILL')
  throw new Error(`Start moto_server: it does not answer at ${url}. It said:\n${said}`)
}

/** A loopback port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

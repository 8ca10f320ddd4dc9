import { join } from 'node:path'
import { atEnd } from './leftovers.ts'
import { freePort, until } from './ports.ts'

export const root = join(import.meta.dir, '../../../..')
export const main = join(root, 'server/main.ts')

export interface Answered {
  message: string
  session_id: string
  metadata: {
    from_cache: boolean
    processing_time: string
    model: string
    request_id: string
    fallback?: boolean
    handoff?: { reason: string }
    sources: { id: string; title: string; section: string }[]
  }
}

export interface Ready {
  status: string
  degraded: string[]
  parts: Record<string, { status: string }>
}

type Environment = Record<string, string>

/** Only what a container would have: nothing of the tester's own environment reaches the server. */
export const bare = (env: Environment): Environment => ({
  PATH: process.env.PATH ?? '',
  HOME: '/tmp',
  ...env,
})

/** Runs a command of the server to its end. */
export async function run(args: string[], env: Environment = {}, file = main) {
  const child = Bun.spawn([process.execPath, file, ...args], {
    env: bare(env),
    stdout: 'pipe',
    stderr: 'pipe',
    cwd: '/',
  })
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, stdout, stderr }
}

/** Starts the server as its own process, on a free port, and waits until it has started. */
export async function startServer(env: Environment = {}, file = main) {
  const port = freePort()
  const child = Bun.spawn([process.execPath, file, 'serve'], {
    env: bare({ PORT: String(port), HOST: '127.0.0.1', DRAIN_SECONDS: '0', ...env }),
    stdout: 'pipe',
    stderr: 'pipe',
    cwd: '/',
  })
  atEnd(() => child.kill('SIGKILL'))
  const lines: string[] = []
  const reading = (async () => {
    let rest = ''
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split('\n')
      rest = parts.pop()!
      lines.push(...parts)
    }
  })()
  const url = `http://127.0.0.1:${port}`
  const get = (path: string, init?: RequestInit) => fetch(url + path, init)
  await until('the server to have started', async () => {
    if (child.exitCode !== null)
      throw new Error(`The server ended: ${await new Response(child.stderr).text()}`)
    return get('/ready').then(
      async (response) => ((await response.json()) as Ready).status !== 'starting',
      () => false,
    )
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal ? { signal } : {}),
    })
  return {
    url,
    port,
    child,
    lines,
    get,
    post,
    /** The log so far, one object a line. */
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    async ask(message: string, session = `s-${crypto.randomUUID()}`): Promise<Answered> {
      const response = await post('/api/chatbot', { message, session_id: session })
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
      return (await response.json()) as Answered
    },
    async ready(): Promise<Ready> {
      return (await (await get('/ready')).json()) as Ready
    },
    async metric(name: string): Promise<number> {
      const text = await (await get('/metrics')).text()
      const line = text.split('\n').find((one) => one.startsWith(name))
      return Number(line?.split(' ').at(-1) ?? 0)
    },
    async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
      if (child.exitCode === null) child.kill(signal)
      const code = await child.exited
      await reading
      return code
    },
  }
}

export type TestServer = Awaited<ReturnType<typeof startServer>>

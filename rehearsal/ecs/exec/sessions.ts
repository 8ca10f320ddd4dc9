import { randomBytes, randomUUID } from 'node:crypto'
import type { LiveTask } from '../task/live.ts'

/** What a session needs to run: a command in a container's environment. */
export interface Launch {
  command: string
  cwd: string
  env: Record<string, string>
}

interface Open extends Launch {
  token: string
  task: LiveTask
}

export type Sessions = ReturnType<typeof openSessions>

/**
 * Hands sessions of ExecuteCommand to `session-manager-plugin`, which runs their command on the user's own
 * terminal. The answer to the plugin stays open while the task runs: its end ends the session.
 */
export function openSessions() {
  const waiting = new Map<string, Open>()
  let server: Bun.Server<undefined> | undefined

  function answer(request: Request): Response {
    const id = new URL(request.url).pathname.split('/').at(-1)!
    const open = waiting.get(id)
    if (!open || request.headers.get('authorization') !== `Bearer ${open.token}`)
      return new Response(null, { status: 403 })
    waiting.delete(id)
    const { task, command, cwd, env } = open
    const lines = new ReadableStream({
      async start(stream) {
        const say = (value: unknown) => stream.enqueue(new TextEncoder().encode(`${JSON.stringify(value)}\n`))
        say({ command, cwd, env } satisfies Launch)
        await task.ended
        try {
          say({ ended: true })
          stream.close()
        } catch {
          // The session was over first.
        }
      },
    })
    return new Response(lines)
  }

  return {
    /** A new session, as ExecuteCommand answers it. */
    open(task: LiveTask, launch: Launch) {
      server ??= Bun.serve({ hostname: '127.0.0.1', port: 0, idleTimeout: 0, fetch: answer })
      const id = `ecs-execute-command-${randomUUID().replaceAll('-', '').slice(0, 26)}`
      const token = randomBytes(32).toString('base64url')
      waiting.set(id, { ...launch, token, task })
      return { sessionId: id, streamUrl: `http://127.0.0.1:${server.port}/sessions/${id}`, tokenValue: token }
    },
    stop: () => server?.stop(true),
  }
}

#!/usr/bin/env bun
/**
 * Stands in for AWS's session-manager-plugin on a rehearsal's PATH, for `aws ecs execute-command`. To install:
 * an executable `session-manager-plugin` in `.rehearsal/bin` that runs `exec <bun> <this file> "$@"`.
 *
 * Called with nothing it says that it is there, as the CLI checks first; called with a session it runs the
 * session's command on this terminal, in the environment and folder of the task.
 */
const [session] = process.argv.slice(2)

if (session === undefined) {
  console.log(
    '\nThe Session Manager plugin was installed successfully. Use the AWS CLI to start a session.\n',
  )
} else if (session === '--version') {
  console.log('1.2.707.0')
} else {
  process.exitCode = await run(JSON.parse(session))
}

interface Session {
  SessionId?: string
  sessionId?: string
  StreamUrl?: string
  streamUrl?: string
  TokenValue?: string
  tokenValue?: string
}

async function run(it: Session): Promise<number> {
  const url = it.streamUrl ?? it.StreamUrl
  const token = it.tokenValue ?? it.TokenValue
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(url ?? '', { headers }).catch(() => undefined)
  if (!response?.ok || !response.body) {
    console.error('Cannot perform start session: the session does not exist or has ended')
    return 255
  }
  console.log(`\nStarting session with SessionId: ${it.sessionId ?? it.SessionId}`)
  const lines = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('\n')) text += (await lines.read()).value ?? '\n'
  const { command, cwd, env } = JSON.parse(text) as {
    command: string
    cwd: string
    env: Record<string, string>
  }
  const terminal = process.env.TERM ? { TERM: process.env.TERM } : {}
  const child = Bun.spawn(['/bin/sh', '-c', command], {
    cwd,
    env: { ...env, ...terminal },
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  // Ctrl-C belongs to the command, which shares the terminal; this process waits for it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const over = lines.read().then(() => child.kill('SIGKILL'))
  over.catch(() => child.kill('SIGKILL'))
  await child.exited
  await lines.cancel().catch(() => {})
  console.log(`\n\nExiting session with sessionId: ${it.sessionId ?? it.SessionId}.\n`)
  return 0
}

export {}

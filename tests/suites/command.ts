import { resolve } from 'node:path'
import { failed, passed, type Result } from './result'

export const root = resolve(import.meta.dirname, '../..')

/** A check that is one command of node_modules or the PATH: it passes with exit code 0. */
export async function command(
  words: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  const { code } = await run(words, options)
  return code === 0 ? passed : failed
}

/** Runs a command, shows what it prints as it comes, and returns that too. */
export async function run(
  words: string[],
  { cwd = root, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<{ code: number; output: string }> {
  const PATH = `${root}/node_modules/.bin:${process.env.PATH}`
  const program = Bun.which(words[0]!, { PATH }) ?? words[0]!
  const child = Bun.spawn([program, ...words.slice(1)], {
    cwd,
    env: { ...process.env, PATH, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let output = ''
  const show = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true })
      output += text
      process.stdout.write(text)
    }
  }
  await Promise.all([show(child.stdout), show(child.stderr)])
  return { code: await child.exited, output }
}

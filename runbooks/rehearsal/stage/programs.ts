/** What a program that was run printed, and how it ended. */
export interface Printed {
  exitCode: number
  stdout: string
  stderr: string
}

export type Environment = Record<string, string | undefined>

/** Runs a program to its end. No shell reads its words, and it finds a closed stdin. */
export async function exec(
  words: [string, ...string[]],
  options: { cwd?: string; env?: Environment } = {},
): Promise<Printed> {
  const child = Bun.spawn(words, { ...options, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { exitCode, stdout, stderr }
}

/** The same, where anything but success ends the drill. */
export async function must(
  words: [string, ...string[]],
  options: { cwd?: string; env?: Environment } = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await exec(words, options)
  if (exitCode === 0) return stdout
  throw new Error(`${words.slice(0, 4).join(' ')}: ended with ${exitCode}: ${stderr.trim() || stdout.trim()}`)
}

import { existsSync } from 'node:fs'
import { root, run } from './command'
import type { Result } from './result'

/**
 * A folder of tests under `bun test`, so many files at once. Counts are read from its closing lines; a run without
 * any has failed.
 */
export async function bunTest(
  folder: string,
  { env = {}, parallel = 1 }: { env?: Record<string, string>; parallel?: number } = {},
): Promise<Result> {
  if (!existsSync(`${root}/tests/${folder}`)) return { passed: 0, failed: 1 }
  const words = [
    process.execPath,
    'test',
    // Bun's own five seconds say nothing on a busy machine.
    '--timeout=60000',
    `--parallel=${parallel}`,
    // The slowest files start first; `--update-timings` measures them anew.
    `--timings=${root}/tests/suites/timings.json`,
    `./tests/${folder}`,
  ]
  const { code, output } = await run(words, { env: { NO_COLOR: '1', ...env } })
  const count = (word: string) => Number(output.match(new RegExp(`^\\s*(\\d+) ${word}$`, 'm'))?.[1] ?? 0)
  const counted = {
    passed: count('pass'),
    failed: count('fail') + count('errors?'),
    why: failuresIn(output),
  }
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

/**
 * Bun's error blocks, and the names of what failed: told again at the end, where a log's reader looks. A hook's error
 * stands anywhere in the output, not before its `(fail)`.
 */
function failuresIn(output: string): string[] {
  const failures: string[] = []
  let block: string[] | undefined
  for (const line of output.split('\n')) {
    // Bun ends with a list of the names alone.
    if (/^\d+ tests? failed:/.test(line)) break
    const ends = /^(\((pass|fail|skip|todo)\)|\S+\.test\.ts:$|error: )/.test(line)
    if (block && ends) {
      failures.push(block.join('\n').trim().slice(0, 6_000))
      block = undefined
    }
    if (line.startsWith('error: ')) block = []
    if (line.startsWith('(fail)')) failures.push(line)
    block?.push(line)
  }
  return failures
}

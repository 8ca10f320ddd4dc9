import { rehearsalDir } from '../place.ts'
import { UsageError } from './arguments.ts'
import { type Command, commands } from './commands.ts'

/** The `docker` of a rehearsal: what building and pushing the server's image needs of the real one. */
async function main(args: string[]): Promise<number> {
  const [first = 'help', ...rest] = args
  const grouped = ['buildx', 'image', 'builder', 'system'].includes(first)
    ? `${first} ${rest[0] ?? ''}`.trim()
    : first
  const command: Command | undefined = commands[grouped]
  const left = grouped.includes(' ') ? rest.slice(1) : rest
  if (!command) {
    process.stderr.write(
      `docker: unknown command: docker ${grouped} (in a rehearsal: ${Object.keys(commands).join(', ')})\n`,
    )
    return 1
  }
  try {
    return await command(left, rehearsalDir())
  } catch (error) {
    process.stderr.write(`${error instanceof UsageError ? '' : 'ERROR: '}${(error as Error).message}\n`)
    return error instanceof UsageError ? 125 : 1
  }
}

process.exitCode = await main(process.argv.slice(2))

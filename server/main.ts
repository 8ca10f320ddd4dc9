import { dirname } from 'node:path'
import { version } from '../package.json'
import { type Config, ConfigError, parseConfig } from './config.ts'
import { checkHealth } from './health-command.ts'
import { help } from './help.ts'
import { createLog } from './logging/log.ts'
import { migrateCommand } from './migrate-command.ts'
import { serve } from './serve.ts'

/** Where this file lies, or the bundle; `import.meta` is of the build's time in a bundle with bytecode. */
const home = dirname(Bun.main)

/** serve until a signal · migrate the database and end · ask the server of this container for its health and end. */
const commands: Record<string, (config: Config) => Promise<number>> = {
  serve: serveUntilSignal,
  migrate: (config) => migrateCommand(config, { home, log: logOf(config) }),
  health: (config) => checkHealth(config.port),
}

async function serveUntilSignal(config: Config): Promise<number> {
  const log = logOf(config)
  const signal = new Promise<NodeJS.Signals>((resolve) => {
    process.on('SIGTERM', resolve)
    process.on('SIGINT', resolve)
  })
  // A promise that nobody awaited must not take the customers' answers down with it; a broken state must.
  process.on('unhandledRejection', (error) => log.error('unhandled_rejection', { error }))
  process.on('uncaughtException', async (error) => {
    log.error('uncaught_exception', { error })
    await log.flush()
    process.exit(1)
  })
  const running = await serve(config, { version, home, log })
  const received = await signal
  // A second signal means: now.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => process.exit(1))
  // Ctrl-C is a person who waits; SIGTERM is a scheduler whose load balancer has yet to notice.
  await running.stop(received === 'SIGINT' ? { drainMs: 0 } : {})
  return 0
}

const logOf = (config: Config) =>
  createLog({
    level: config.logLevel,
    base: {
      service: 'tria-aibpo',
      version,
      environment: config.environment,
      commit: config.commit.slice(0, 12),
    },
  })

/** Ends the process with one clear line when something is wrong before there is a log. */
async function main(args: string[]): Promise<number> {
  const [name = 'serve', ...rest] = args
  if (['--help', '-h', 'help'].includes(name)) {
    console.log(help)
    return 0
  }
  const command = commands[name]
  if (!command || rest.length > 0) {
    console.error(
      `Unknown command: ${args.join(' ')}; there are ${Object.keys(commands).join(', ')}, and --help`,
    )
    return 2
  }
  try {
    return await command(parseConfig(process.env))
  } catch (error) {
    const known = error instanceof ConfigError || (error as { code?: string }).code === 'EADDRINUSE'
    console.error(known ? (error as Error).message : error)
    return 1
  }
}

// The image holds bytecode, which is made of scripts: they have no await of their own.
if (import.meta.main) void main(process.argv.slice(2)).then((code) => process.exit(code))

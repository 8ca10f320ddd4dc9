import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clone } from './place.ts'
import { quote } from './quote.ts'

/** The commands that stand in for real ones while a rehearsal's `env` is in force, and the program behind each. */
const tools = { docker: 'rehearsal/docker/main.ts', 'session-manager-plugin': 'rehearsal/ecs/exec/plugin.ts' }

export const toolsFolder = (dir: string) => join(dir, 'bin')

/** Writes them as small scripts: each runs this clone's program with this Bun, for this rehearsal. */
export function writeTools(dir: string): void {
  mkdirSync(toolsFolder(dir), { recursive: true })
  for (const [name, program] of Object.entries(tools)) {
    const path = join(clone, program)
    if (!existsSync(path)) continue
    // Where the user stands there may be another bunfig.toml or a .env file: neither is ours to read.
    const bun = `${quote(process.execPath)} --no-install --no-env-file ${quote(`--config=${join(clone, 'bunfig.toml')}`)}`
    write(dir, name, `TRIA_REHEARSAL_DIR=${quote(dir)} exec ${bun} ${quote(path)} "$@"`)
  }
  write(dir, 'aws', awsCli(toolsFolder(dir)))
}

/**
 * Version 1 of the AWS CLI has host names of its own for a few services, RDS in us-east-1 among them, and follows
 * them against AWS_ENDPOINT_URL; not against the option. The real one stays what runs, with the PATH it had.
 */
function awsCli(here: string): string {
  return `real=$(PATH=$(printf %s ":$PATH:" | sed ${quote(`s|:${here}:|:|g; s|^:*||; s|:*$||`)}) command -v aws) || {
  echo 'aws: command not found' >&2
  exit 127
}
exec "$real" \${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} "$@"`
}

function write(dir: string, name: string, script: string): void {
  const path = join(toolsFolder(dir), name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

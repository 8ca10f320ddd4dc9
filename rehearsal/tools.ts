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
    const script = `#!/bin/sh\nTRIA_REHEARSAL_DIR=${quote(dir)} exec ${bun} ${quote(path)} "$@"\n`
    writeFileSync(join(toolsFolder(dir), name), script)
    chmodSync(join(toolsFolder(dir), name), 0o755)
  }
}

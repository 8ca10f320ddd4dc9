import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './server.ts'

/** The image's folder and what it runs with, made and read as the Dockerfile says: no node_modules anywhere above it. */
export function buildImage() {
  const folder = mkdtempSync(join(tmpdir(), 'tria-test-image-'))
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, ' ')
  const build = /^RUN bun (build .*)--outdir=image$/m.exec(dockerfile)![1]!
  const built = Bun.spawnSync([process.execPath, ...build.trim().split(' '), `--outdir=${folder}`], {
    cwd: root,
  })
  if (!built.success) throw new Error(built.stderr.toString())
  for (const [, from, to] of dockerfile.matchAll(/^COPY (server\/\S+) (\S+)$/gm)) {
    if (to !== 'server') cpSync(join(root, from!), join(folder, to!), { recursive: true })
  }
  const variables = [...dockerfile.matchAll(/^ENV (.*)$/gm)]
    .flatMap(([, line]) => line!.trim().split(/\s+/))
    .map((pair) => pair.split('=') as [string, string])
    .filter(([, value]) => !value.startsWith('$'))
  const [program, ...args] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)![1]!) as string[]
  if (program !== 'bun') throw new Error(`The image starts ${program}`)
  return {
    folder,
    env: Object.fromEntries(variables),
    /** The image's entry point, with this machine's Bun. */
    command: [process.execPath, ...args.map((arg) => (arg === 'main.js' ? join(folder, arg) : arg))],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { clone } from '../../../rehearsal/place.ts'

/** A folder for one rehearsal's images, and one for a small project with a Dockerfile. */
export function place(files: Record<string, string>) {
  const base = mkdtempSync(join(tmpdir(), 'tria-docker-'))
  const dir = join(base, 'rehearsal')
  const project = join(base, 'project')
  const write = (changed: Record<string, string>) => {
    for (const [path, content] of Object.entries(changed)) {
      mkdirSync(dirname(join(project, path)), { recursive: true })
      writeFileSync(join(project, path), content)
    }
  }
  write(files)
  return {
    dir,
    project,
    write,
    /** Runs the shim as a user would. */
    async docker(args: string[], options: { env?: Record<string, string>; stdin?: string } = {}) {
      const child = Bun.spawn([process.execPath, join(clone, 'rehearsal/docker/main.ts'), ...args], {
        cwd: project,
        env: { ...process.env, TRIA_REHEARSAL_DIR: dir, ...options.env },
        stdin: new TextEncoder().encode(options.stdin ?? ''),
        stdout: 'pipe',
        stderr: 'pipe',
      })
      const [stdout, stderr, code] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return { stdout, stderr, code }
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  }
}

export const small = {
  'package.json': JSON.stringify({ name: 'small', version: '1.0.0' }),
  'main.ts': "import { word } from './word.ts'\nconsole.log(word)\n",
  'word.ts': "export const word = 'first'\n",
  '.dockerignore': 'node_modules\nsecret.txt\n*.log\n!kept.log\n',
  'secret.txt': 'nobody may see this',
  'kept.log': 'kept',
  'other.log': 'not kept',
  Dockerfile: `# syntax=docker/dockerfile:1
ARG BUN_VERSION=1.4.5
FROM oven/bun:\${BUN_VERSION}-slim AS build
WORKDIR /app
COPY package.json ./
COPY . .
RUN bun build main.ts --target=bun --outfile=/app/dist/main.js && \\
    # a comment inside
    mkdir -p /app/empty

FROM oven/bun:\${BUN_VERSION}-slim
ARG COMMIT=unknown
WORKDIR /app
COPY --from=build --chown=bun:bun /app/dist/main.js ./main.js
COPY --from=build /app/kept.log ./notes/
ENV PORT=8080 COMMIT=$COMMIT
LABEL org.opencontainers.image.revision=$COMMIT
USER bun
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=1m CMD ["bun", "main.js", "health"]
ENTRYPOINT ["bun", "main.js"]
CMD ["serve"]
`,
}

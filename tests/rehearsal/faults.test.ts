import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Workspace } from './support'

/**
 * What goes wrong before anything is deployed: each has its sentence and its exit code, and nothing is half-done.
 * One rehearsal without an environment in it; every test leaves it as it was.
 */
let workspace: Workspace
beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
}, 120_000)
afterAll(() => workspace?.close(), 60_000)

const run = (name: string, args: string[], env: Record<string, string> = {}) =>
  workspace.exec(['bun', `runbooks/${name}.ts`, ...args], { env })

/** What the account holds that a half-done runbook would have left. */
async function world() {
  const [buckets, secrets, clusters] = await Promise.all([
    workspace.aws('s3api', 'list-buckets'),
    workspace.aws('secretsmanager', 'list-secrets'),
    workspace.aws('ecs', 'list-clusters'),
  ])
  return [buckets.Buckets.length, secrets.SecretList.length, clusters.clusterArns.length]
}

/** A PATH on which a program is missing, or is another one. */
async function pathWith(name: string, script?: string): Promise<string> {
  const folder = join(workspace.dir, `.path-${name}-${script ? 'fake' : 'none'}`)
  await mkdir(folder, { recursive: true })
  for (const program of ['terraform', 'docker', 'git', 'sh', 'env', 'node', 'ps', 'uname']) {
    const found = Bun.which(program, { PATH: workspace.path })
    if (program === name || !found) continue
    await writeFile(join(folder, program), `#!/bin/sh\nexec '${found}' "$@"\n`)
    await chmod(join(folder, program), 0o755)
  }
  if (script) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, name), 0o755)
  }
  return folder
}

describe('tools', () => {
  test('no Terraform: setup names it and where to get it, and makes nothing', async () => {
    const before = await world()
    const { exitCode, stdout, stderr } = await run('setup', ['--yes'], { PATH: await pathWith('terraform') })
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toMatch(/terraform is not installed: https:\/\/developer\.hashicorp\.com/)
    expect(await world()).toEqual(before)
  }, 30_000)

  test('an old Terraform: setup says which version it is and which is needed', async () => {
    const PATH = await pathWith('terraform', 'echo "Terraform v1.5.7"')
    const { exitCode, stdout, stderr } = await run('setup', ['--yes'], { PATH })
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toMatch(/terraform is 1\.5\.7, needed is 1\.11/)
  }, 30_000)

  test('no Docker: setup names it', async () => {
    const { exitCode, stdout, stderr } = await run('setup', ['--yes'], { PATH: await pathWith('docker') })
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toMatch(/docker is not installed/)
  }, 30_000)
})

describe('credentials and region', () => {
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: '/nonexistent' }

  test('no credentials: exit 1 and the command that gets some', async () => {
    const { exitCode, stdout, stderr } = await run('verify', [], none)
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toMatch(/credentials/i)
    expect(stdout + stderr).toMatch(/Next: .*aws (configure|sso login)/)
  }, 30_000)

  test('expired credentials: said as such', async () => {
    await workspace.fault({ call: '*', kind: 'expired' })
    try {
      const { exitCode, stdout, stderr } = await run('deploy', ['--yes'])
      expect(exitCode).toBe(1)
      expect(stdout + stderr).toMatch(/expired/i)
      expect(stdout + stderr).toMatch(/Next: /)
    } finally {
      await workspace.clearFaults()
    }
  }, 60_000)

  test('a region that is none is a usage error that names the nearest', async () => {
    const { exitCode, stderr, stdout } = await run('verify', ['--region', 'eu-centrall-1'])
    expect(exitCode).toBe(2)
    expect(stdout + stderr).toMatch(/eu-central-1/)
  })
})

describe('the command line', () => {
  test('an unknown flag is a usage error that names the nearest', async () => {
    const { exitCode, stdout, stderr } = await run('deploy', ['--no-rolback'])
    expect(exitCode).toBe(2)
    expect(stdout + stderr).toMatch(/--no-rolback/)
    expect(stdout + stderr).toMatch(/--no-rollback/)
  })

  test('an unknown environment: deploy refuses and names setup', async () => {
    const { exitCode, stdout, stderr } = await run('deploy', ['--environment', 'nowhere', '--yes'])
    expect(exitCode).toBe(4)
    expect(stdout + stderr).toMatch(/no such environment/)
    expect(stdout + stderr).toMatch(/runbooks\/setup\.ts --environment nowhere/)
  }, 30_000)

  test('verify of an environment that is not deployed: exit 1 and the next command', async () => {
    const { exitCode, stdout, stderr } = await run('verify', [])
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toMatch(/no load balancer/)
    expect(stdout + stderr).toMatch(/runbooks\/deploy\.ts/)
  }, 30_000)
})

describe('confirmation', () => {
  test('production on a closed stdin without --yes: refused at once, with nothing made', async () => {
    const before = await world()
    const started = performance.now()
    const { exitCode, stdout, stderr } = await run('setup', ['--environment', 'production'])
    expect(exitCode).toBe(4)
    expect(stdout + stderr).toMatch(/--yes/)
    expect(performance.now() - started).toBeLessThan(60_000)
    expect(await world()).toEqual(before)
  }, 90_000)
})

test('an uncommitted change of the image is refused with 4, and named', async () => {
  await writeFile(join(workspace.dir, 'server/uncommitted.ts'), 'export {}\n')
  try {
    const { exitCode, stdout, stderr } = await run('deploy', ['--yes'])
    expect(exitCode).toBe(4)
    expect(stdout + stderr).toContain('server/uncommitted.ts')
  } finally {
    await workspace.must(['rm', 'server/uncommitted.ts'])
  }
}, 30_000)

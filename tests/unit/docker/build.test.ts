import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageStore } from '../../../rehearsal/docker/store.ts'
import { place, small } from './shim.ts'

let here: ReturnType<typeof place>
beforeAll(() => {
  here = place(small)
})
afterAll(() => here.remove())

const built = (tag: string) => imageStore(here.dir).tagged(`docker.io/library/${tag}`)!

describe('docker build', () => {
  test('runs the stages and keeps what the last one copied', async () => {
    const { code, stderr } = await here.docker([
      'build',
      '-t',
      'small:one',
      '--build-arg',
      'COMMIT=abc123',
      '.',
    ])
    expect(stderr).toContain('[build 5/5] RUN bun build')
    expect(code).toBe(0)
    const image = built('small:one')
    expect(readdirSync(join(image.root, 'app')).sort()).toEqual(['main.js', 'notes'])
    expect(readdirSync(join(image.root, 'app/notes'))).toEqual(['kept.log'])
    expect(Bun.spawnSync([process.execPath, join(image.root, 'app/main.js')]).stdout.toString()).toBe(
      'first\n',
    )
  })

  test('the configuration is what the Dockerfile says', () => {
    const { config } = built('small:one').config
    expect(config).toMatchObject({
      Entrypoint: ['bun', 'main.js'],
      Cmd: ['serve'],
      WorkingDir: '/app',
      User: 'bun',
      StopSignal: 'SIGTERM',
      Labels: { 'org.opencontainers.image.revision': 'abc123' },
      ExposedPorts: { '8080/tcp': {} },
      Healthcheck: {
        Test: ['CMD', 'bun', 'main.js', 'health'],
        Interval: 5e9,
        Timeout: 3e9,
        StartPeriod: 60e9,
      },
    })
    expect(config.Env).toContain('PORT=8080')
    expect(config.Env).toContain('COMMIT=abc123')
  })

  test('what .dockerignore leaves out is nowhere in the store', async () => {
    const found = Bun.spawnSync([
      'grep',
      '-rl',
      'nobody may see this',
      join(here.dir, 'images'),
    ]).stdout.toString()
    expect(found).toBe('')
  })

  test('the same content is the same digest; another commit or another word is not', async () => {
    await here.docker(['build', '-q', '-t', 'small:two', '--no-cache', '--build-arg', 'COMMIT=abc123', '.'])
    expect(built('small:two').digest).toBe(built('small:one').digest)
    await here.docker(['build', '-q', '-t', 'small:three', '--build-arg', 'COMMIT=def', '.'])
    expect(built('small:three').digest).not.toBe(built('small:one').digest)
    here.write({ 'word.ts': "export const word = 'second'\n" })
    await here.docker(['build', '-q', '-t', 'small:four', '--build-arg', 'COMMIT=abc123', '.'])
    expect(built('small:four').digest).not.toBe(built('small:one').digest)
    expect(
      Bun.spawnSync([process.execPath, join(built('small:four').root, 'app/main.js')]).stdout.toString(),
    ).toBe('second\n')
  })

  test('elsewhere on the machine it is the same digest too', async () => {
    const other = place({ ...small, 'word.ts': "export const word = 'second'\n" })
    await other.docker(['build', '-q', '-t', 'small:four', '--build-arg', 'COMMIT=abc123', '.'])
    expect(imageStore(other.dir).tagged('docker.io/library/small:four')!.digest).toBe(
      built('small:four').digest,
    )
    other.remove()
  })

  test('a second build of the same tree takes about a second or less', async () => {
    const started = performance.now()
    const { stderr, code } = await here.docker([
      'build',
      '-t',
      'small:again',
      '--build-arg',
      'COMMIT=abc123',
      '.',
    ])
    expect(code).toBe(0)
    expect(stderr).toContain('CACHED')
    expect(performance.now() - started).toBeLessThan(1500)
  })

  test('several at once all end well, with one digest', async () => {
    here.write({ 'word.ts': "export const word = 'third'\n" })
    const tags = ['a', 'b', 'c', 'd']
    const all = await Promise.all(tags.map((tag) => here.docker(['build', '-q', '-t', `many:${tag}`, '.'])))
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(new Set(tags.map((tag) => built(`many:${tag}`).digest)).size).toBe(1)
    expect(readdirSync(join(here.dir, 'images/work'))).toEqual([])
  })

  test('a RUN that fails ends the build with its code, its output and its place', async () => {
    here.write({ Broken: small.Dockerfile.replace('bun build main.ts', 'bun build missing.ts') })
    const { code, stderr } = await here.docker(['build', '-f', 'Broken', '-t', 'small:broken', '.'])
    expect(code).toBe(1)
    expect(stderr).toContain('ModuleNotFound')
    expect(stderr).toContain('>>> RUN bun build missing.ts')
    expect(stderr).toContain('did not complete successfully: exit code: 1')
    expect(imageStore(here.dir).tagged('docker.io/library/small:broken')).toBeUndefined()
  })

  test('a package manager of the system is not found, rather than run on this machine', async () => {
    here.write({ Apt: 'FROM oven/bun:1.4.5\nRUN apt-get install -y curl\n' })
    const { code, stderr } = await here.docker(['build', '-f', 'Apt', '.'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/apt-get: (command )?not found/)
    expect(stderr).toContain('exit code: 127')
  })

  const wrong: [string, string, RegExp][] = [
    ['an unknown base', 'FROM nginx:1.27\n', /docker\.io\/library\/nginx:1\.27: not found/],
    [
      'an unknown instruction',
      'FROM scratch\nFOO bar\n',
      /dockerfile parse error on line 2: unknown instruction: FOO/,
    ],
    ['a file that is not there', 'FROM scratch\nCOPY nothing.txt /\n', /"\/nothing\.txt": not found/],
    ['an ignored file', 'FROM scratch\nCOPY secret.txt /\n', /"\/secret\.txt": not found/],
    ['an empty file', '\n', /the Dockerfile cannot be empty/],
  ]
  test.each(wrong)('%s', async (_, dockerfile, expected) => {
    here.write({ Wrong: dockerfile })
    const { code, stderr } = await here.docker(['build', '-f', 'Wrong', '.'])
    expect(stderr).toMatch(expected)
    expect(code).toBe(1)
  })

  test('no Dockerfile, no context, an unknown flag', async () => {
    expect((await here.docker(['build', '-f', 'None', '.'])).stderr).toContain('no such file or directory')
    expect((await here.docker(['build', './nowhere'])).stderr).toContain('path "./nowhere" not found')
    const unknown = await here.docker(['build', '--nonsense', '.'])
    expect(unknown.stderr).toContain('unknown flag: --nonsense')
    expect(unknown.code).toBe(125)
  })

  test('image inspect, its templates, tag and images', async () => {
    await here.docker(['build', '-q', '--iidfile', 'iid', '-t', 'seen:v1', '.'])
    const id = readFileSync(join(here.project, 'iid'), 'utf8')
    expect((await here.docker(['image', 'inspect', '--format', '{{.Id}}', 'seen:v1'])).stdout.trim()).toBe(id)
    await here.docker(['tag', 'seen:v1', '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1'])
    const index = await here.docker([
      'inspect',
      '-f',
      '{{index .Config.Labels "org.opencontainers.image.revision"}}',
      'seen:v1',
    ])
    expect(index.stdout.trim()).toBe('unknown')
    const [described] = JSON.parse((await here.docker(['image', 'inspect', id])).stdout)
    expect(described.RepoTags).toContain('123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1')
    expect((await here.docker(['images'])).stdout).toMatch(/seen\s+v1/)
    const missing = await here.docker(['image', 'inspect', 'absent:v9'])
    expect(missing.stderr).toContain('No such image: absent:v9')
    expect(missing.code).toBe(1)
  })
})

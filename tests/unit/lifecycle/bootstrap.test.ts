import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clone } from '../../../rehearsal/place.ts'

/** A clone with a PATH of its own, on which only these programs are. */
let root = ''
let bin = ''
const basics = 'sh dirname sed head tr grep paste cat cksum mkdir ln ls rm tail env printf'.split(' ')

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tria-boot-'))
  bin = join(root, 'bin')
  for (const folder of ['rehearsal', 'node_modules', '.tools', 'bin']) mkdirSync(join(root, folder))
  copyFileSync(join(clone, 'rehearsal/bootstrap.sh'), join(root, 'rehearsal/bootstrap.sh'))
  writeFileSync(
    join(root, 'package.json'),
    `{\n  "devDependencies": {\n    "bun": "${Bun.version}"\n  }\n}\n`,
  )
  for (const name of ['bun.lock', 'bunfig.toml']) writeFileSync(join(root, name), '')
  const sum = Bun.spawnSync(['sh', '-c', 'cat package.json bun.lock bunfig.toml | cksum'], { cwd: root })
  writeFileSync(join(root, '.tools/installed'), sum.stdout)
  for (const name of basics) if (Bun.which(name)) symlinkSync(Bun.which(name)!, join(bin, name))
  symlinkSync(process.execPath, join(bin, 'bun'))
  for (const name of ['redis-server', 'postgres', 'initdb', 'openssl', 'terraform', 'moto_server'])
    program(name, 'exit 0')
  user(1000)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}
const user = (id: number) => program('id', `echo ${id}`)
const without = (...names: string[]) => {
  for (const name of names) rmSync(join(bin, name))
}

function bootstrap(...command: string[]) {
  const run = Bun.spawnSync([Bun.which('sh')!, join(root, 'rehearsal/bootstrap.sh'), ...command], {
    env: { PATH: bin, HOME: root },
  })
  return { out: run.stdout.toString(), err: run.stderr.toString(), code: run.exitCode }
}

/** A package manager that writes down what it is asked for, and offers some of it. */
function offers(manager: string, packages: Record<string, string>): () => string[] {
  const asked = join(root, 'asked')
  writeFileSync(asked, '')
  const cases = Object.entries(packages).map(
    ([name, gives]) =>
      `*" ${name} "*) printf '#!/bin/sh\\n' >"${bin}/${gives}"; /bin/chmod +x "${bin}/${gives}" ;;`,
  )
  program(
    manager,
    `echo "$*" >>"${asked}"\ncase " $* " in\n${cases.join('\n')}\n*update*) ;;\n*) exit 100 ;;\nesac`,
  )
  return () => readFileSync(asked, 'utf8').trim().split('\n')
}

describe('bootstrap.sh', () => {
  test('with everything there it is silent, quick, and becomes the command with its arguments and exit code', () => {
    const started = performance.now()
    const { out, err, code } = bootstrap(
      'bun',
      '-e',
      'console.log(process.argv.slice(1).join("|")); process.exit(3)',
      'a b',
      '$HOME',
    )
    expect(performance.now() - started).toBeLessThan(1000)
    expect({ out, err, code }).toEqual({ out: 'a b|$HOME\n', err: '', code: 3 })
  })

  test('as root it installs with apt-get what is missing, and nothing else', () => {
    user(0)
    without('redis-server')
    const asked = offers('apt-get', { 'redis-server': 'redis-server' })
    const { err, code } = bootstrap('bun', '-e', '0')
    expect(code).toBe(0)
    expect(asked().filter((line) => line !== 'update')).toEqual([
      'install -y --no-install-recommends redis-server',
    ])
    expect(err).toBe('Installing redis-server\n')
  })

  test('as somebody else it asks Homebrew', () => {
    without('redis-server', 'openssl')
    const asked = offers('brew', { redis: 'redis-server', openssl: 'openssl' })
    expect(bootstrap('bun', '-e', '0').code).toBe(0)
    expect(asked()).toEqual(['install redis', 'install openssl'])
  })

  test('what nobody offers is named in one sentence each, with how to get it, and the command does not run', () => {
    without('redis-server', 'terraform', 'moto_server')
    const { out, err, code } = bootstrap('bun', '-e', 'console.log("ran")')
    expect(code).toBe(1)
    expect(out).toBe('')
    const lines = err.trim().split('\n')
    expect(lines.map((line) => line.split(' is missing')[0])).toEqual([
      'Redis',
      'Terraform',
      'Python 3 with venv',
      'moto',
    ])
    for (const line of lines) expect(line).toMatch(/https:\/\//)
  })

  test('a browser is needed by the tests alone', () => {
    expect(bootstrap('bun', '-e', '0').code).toBe(0)
    const { err, code } = bootstrap('bun', 'tests/run.ts')
    expect(code).toBe(1)
    expect(err).toMatch(/^Chromium is missing: .*\n$/)
  })

  test('a bun of another version is not used', () => {
    without('bun')
    program('bun', 'echo 0.1.0')
    program('npm', 'exit 1')
    const { err, code } = bootstrap('bun', '-e', '0')
    expect(code).toBe(1)
    expect(err).toContain(`Bun ${Bun.version} is missing and npm could not install it`)
  })
})

import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clone } from '../../../rehearsal/place.ts'

const homes: string[] = []
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

/** What is written for Terraform, for a user with this home and environment. */
function written(prepare: (home: string) => Record<string, string>): string {
  const home = mkdtempSync(join(tmpdir(), 'tria-home-'))
  homes.push(home)
  const environment = prepare(home)
  const script = `import { terraformRc, writeTerraformRc } from ${JSON.stringify(join(clone, 'rehearsal/terraform-rc.ts'))}
    writeTerraformRc(${JSON.stringify(home)})
    const file = terraformRc(${JSON.stringify(home)})
    if (file) process.stdout.write(await Bun.file(file).text())`
  const env = { PATH: process.env.PATH ?? '', HOME: home, ...environment }
  return Bun.spawnSync([process.execPath, '-e', script], { env }).stdout.toString()
}

const mirrorIn = (home: string) => {
  const mirror = join(home, '.terraform.d/plugins')
  mkdirSync(join(mirror, 'registry.terraform.io/hashicorp/aws'), { recursive: true })
  return mirror
}

describe('writeTerraformRc', () => {
  test('names a mirror that holds the provider, for that provider alone', () => {
    let mirror = ''
    const text = written((home) => {
      mirror = mirrorIn(home)
      return {}
    })
    expect(text).toContain(`path    = ${JSON.stringify(mirror)}`)
    expect(text).toContain('exclude = ["registry.terraform.io/hashicorp/aws"]')
  })

  test('a user who says where providers come from is not overruled', () => {
    const own = 'provider_installation {\n  direct {}\n}\n'
    const byFile = written((home) => {
      mirrorIn(home)
      writeFileSync(join(home, '.terraformrc'), own)
      return {}
    })
    expect(byFile).toBe('')
    const byName = written((home) => {
      mirrorIn(home)
      writeFileSync(join(home, 'mine.rc'), own)
      return { TF_CLI_CONFIG_FILE: join(home, 'mine.rc') }
    })
    expect(byName).toBe('')
  })

  test('a file that is named and not there decides nothing', () => {
    const text = written((home) => {
      mirrorIn(home)
      return { TF_CLI_CONFIG_FILE: join(home, 'nowhere.rc') }
    })
    expect(text).toContain('filesystem_mirror')
  })
})

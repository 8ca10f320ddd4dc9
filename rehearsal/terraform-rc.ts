import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const provider = 'registry.terraform.io/hashicorp/aws'

/**
 * Where a copy of the AWS provider lies on this machine. Terraform looks into its own folders by itself;
 * a mirror that an administrator put elsewhere it must be told of, and then nothing is downloaded.
 */
export function findMirror(dir: string): string | undefined {
  if (hasOwnInstallation(dir)) return undefined
  const implied = [
    join(homedir(), '.terraform.d/plugins'),
    join(homedir(), '.local/share/terraform/plugins'),
    join(homedir(), 'Library/Application Support/io.terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    '/Library/Application Support/io.terraform/plugins',
  ]
  const below = ['/opt', '/usr/local/share', '/usr/share'].flatMap((root) =>
    list(root).map((name) => join(root, name)),
  )
  return [...implied, ...below].find((folder) => existsSync(join(folder, provider)))
}

/**
 * A user who told Terraform where providers come from has decided already. A shell that an earlier rehearsal was
 * led into still names the file written here, and has decided nothing.
 */
function hasOwnInstallation(dir: string): boolean {
  const named = process.env.TF_CLI_CONFIG_FILE
  const path = named && named !== file(dir) ? named : join(homedir(), '.terraformrc')
  return existsSync(path) && /provider_installation/.test(readFileSync(path, 'utf8'))
}

const file = (dir: string) => join(dir, 'terraform.rc')

/** Only what the mirror has comes from it; every other provider comes from its registry. */
export function writeTerraformRc(dir: string): void {
  const mirror = findMirror(dir)
  if (!mirror) {
    rmSync(file(dir), { force: true })
    return
  }
  const text = `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${provider}"]
  }
  direct {
    exclude = ["${provider}"]
  }
}
disable_checkpoint = true
`
  writeFileSync(file(dir), text)
}

/** Without a mirror the provider is downloaded, all of its 700 MB, but once and not for every folder and rehearsal. */
export function pluginCache(dir: string): string {
  const folder = join(dir, 'terraform-plugins')
  mkdirSync(folder, { recursive: true })
  return folder
}

export function terraformRc(dir: string): string | undefined {
  return existsSync(file(dir)) ? file(dir) : undefined
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

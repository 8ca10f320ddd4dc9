import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { terraformRc, writeTerraformRc } from '../../rehearsal/terraform-rc'
import { command, root, run } from './command'
import { failed, type Result, sum } from './result'

/** What the runbooks write beside the configuration: it would be read as a part of it. */
const generated =
  /^(backend\.tf|terraform\.tfvars|generated\.auto\.tfvars\.json|terraform\.tfstate.*|\.terraform)$/

/** Format, validity, and `terraform test` with mock providers, in copies that know no environment. */
export async function terraform(): Promise<Result> {
  const scratch = await mkdtemp(join(tmpdir(), 'tria-terraform-'))
  try {
    writeTerraformRc(scratch)
    const rc = terraformRc(scratch)
    const env = { TF_IN_AUTOMATION: '1', ...(rc ? { TF_CLI_CONFIG_FILE: rc } : {}) }
    const results = [
      await command(['terraform', 'fmt', '-check', '-recursive', `${root}/terraform`], { env }),
    ]
    for (const name of ['bootstrap', 'aws']) results.push(await check(name, scratch, env))
    return sum(results)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function check(name: string, scratch: string, env: Record<string, string>): Promise<Result> {
  const cwd = join(scratch, name)
  for (const entry of await readdir(`${root}/terraform/${name}`)) {
    if (generated.test(entry)) continue
    await cp(`${root}/terraform/${name}/${entry}`, join(cwd, entry), { recursive: true })
  }
  const init = await run(['terraform', 'init', '-backend=false', '-input=false', '-no-color'], { cwd, env })
  if (init.code !== 0) return failed
  const validity = await command(['terraform', 'validate', '-no-color'], { cwd, env })
  const { code, output } = await run(['terraform', 'test', '-no-color'], { cwd, env })
  const counts = output.match(/(\d+) passed, (\d+) failed/)
  const tests = counts ? { passed: Number(counts[1]), failed: Number(counts[2]) } : failed
  return sum([validity, code !== 0 && tests.failed === 0 ? failed : tests])
}

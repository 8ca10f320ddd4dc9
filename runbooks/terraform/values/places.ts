import { readdir, readFile } from 'node:fs/promises'
import { spelledIn } from './edit'

/**
 * Where else than in the environment's file a variable is set, and that place wins: Terraform reads every
 * `*.auto.tfvars` and `*.auto.tfvars.json` of the folder after `terraform.tfvars`, and the command line last.
 */
export async function setElsewhere(
  folder: string,
  names: readonly string[],
  env: Record<string, string | undefined>,
): Promise<{ name: string; place: string }[]> {
  const files = (await readdir(folder)).filter((file) =>
    /\.auto\.tfvars(\.json)?$|^terraform\.tfvars\.json$/.test(file),
  )
  const found: { name: string; place: string }[] = []
  for (const file of files.sort()) {
    const text = await readFile(`${folder}/${file}`, 'utf8')
    const there = file.endsWith('.json') ? Object.keys(JSON.parse(text)) : [...spelledIn(text).keys()]
    for (const name of names) if (there.includes(name)) found.push({ name, place: `${folder}/${file}` })
  }
  for (const [key, words] of Object.entries(env)) {
    if (!/^TF_CLI_ARGS(_plan|_apply)?$/.test(key)) continue
    for (const name of names) if (words?.includes(`-var=${name}=`)) found.push({ name, place: key })
  }
  return found
}

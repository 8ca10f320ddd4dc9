import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { spelledIn, ValuesError } from './edit'

interface Elsewhere {
  name: string
  place: string
}

/**
 * Where else than in the environment's file a variable is set, and that place wins: Terraform reads every
 * `*.auto.tfvars` and `*.auto.tfvars.json` of the folder after `terraform.tfvars`, and the command line last.
 */
export async function setElsewhere(
  folder: string,
  names: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Elsewhere[]> {
  const files = (await readdir(folder)).filter((file) =>
    /\.auto\.tfvars(\.json)?$|^terraform\.tfvars\.json$/.test(file),
  )
  const found: Elsewhere[] = []
  const look = (place: string, there: readonly string[]) => {
    for (const name of names) if (there.includes(name)) found.push({ name, place })
  }
  for (const file of files.sort()) look(`${folder}/${file}`, await namesIn(`${folder}/${file}`))
  for (const [key, words = ''] of Object.entries(env)) {
    if (!/^TF_CLI_ARGS(_plan|_apply)?$/.test(key)) continue
    look(key, toldIn(words, /--?var[= ]['"]?([\w-]+)\s*=/g))
    for (const file of toldIn(words, /--?var-file[= ]['"]?([^\s'"]+)/g))
      look(`${resolve(folder, file)}, by ${key}`, await namesIn(resolve(folder, file)))
  }
  return found
}

/** What a file of values sets; one that does not read is said to be that one. */
async function namesIn(file: string): Promise<string[]> {
  try {
    const text = await readFile(file, 'utf8')
    return file.endsWith('.json') ? Object.keys(JSON.parse(text)) : [...spelledIn(text).keys()]
  } catch (cause) {
    throw Object.assign(new ValuesError((cause as Error).message, { cause }), { file })
  }
}

const toldIn = (words: string, pattern: RegExp) => [...words.matchAll(pattern)].map(([, told]) => told!)

import { access, constants, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Refused } from '../core'
import { terraformAws } from '../paths'
import { tfvarsOf } from '../terraform/folder'
import type { Value } from '../terraform/tfvars'
import { edited, type Spelled, spelledIn, ValuesError } from '../terraform/values/edit'
import { setElsewhere } from '../terraform/values/places'

/** Values to be: of a name that is to go, undefined. */
export type Wanted = ReadonlyMap<string, Value | Spelled | undefined>

/** The environment's file as it is and as it would be. */
export interface Edit {
  file: string
  before: string
  after: string
  /** As spelled before, null where it was not there; and as spelled after. */
  spelled: { name: string; before: string | null; after: string | null }[]
}

/**
 * Works out an edit and writes nothing; refuses where it would have no effect, or the file cannot be read or written.
 * Where the file is a `text` that is known, it becomes the other text as that was.
 */
export async function editOf(
  environment: string,
  wanted: Wanted,
  text?: { before: string; after: string },
): Promise<Edit> {
  const file = tfvarsOf(environment)
  const before = await readFile(file, 'utf8')
  await refuseReadOnly(file)
  const names = [...wanted.keys()]
  try {
    const elsewhere = await setElsewhere(terraformAws, names, process.env)
    const [first] = elsewhere
    if (first) {
      throw new Refused(
        `Set ${first.name}: ${first.place} sets it too, and wins over ${file}: it would have no effect`,
        { next: `take ${first.name} out of ${first.place}` },
      )
    }
    const after = text?.before === before ? text.after : edited(before, wanted)
    const [was, is] = [spelledIn(before), spelledIn(after)]
    return {
      file,
      before,
      after,
      spelled: names.map((name) => ({ name, before: was.get(name) ?? null, after: is.get(name) ?? null })),
    }
  } catch (error) {
    if (!(error instanceof ValuesError)) throw error
    const where = error.file ?? file
    throw new Refused(`Read ${where}: ${error.message}`, { next: `edit ${where}` })
  }
}

/** A file that may not be written is not replaced by one that may. */
export async function refuseReadOnly(file: string): Promise<void> {
  const place = await realpath(file)
  for (const each of [place, dirname(place)]) {
    await access(each, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
      throw new Refused(`Write ${file}: ${each} may not be written (${cause.code})`, {
        next: `chmod u+w ${each}`,
        cause,
      })
    })
  }
}

/** All at once, so that a killed run leaves the one text or the other; a file stays whose and where it is. */
export async function writeText(file: string, text: string): Promise<void> {
  const place = await realpath(file)
  await writeFile(`${place}.new`, text, { mode: (await stat(place)).mode })
  await rename(`${place}.new`, place)
}

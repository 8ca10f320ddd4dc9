import { mkdir, writeFile } from 'node:fs/promises'
import { home } from '../core/home'
import { literal } from '../terraform/tfvars'
import { spell } from '../terraform/values/edit'
import type { Wanted } from './values'

/**
 * Arguments for a plan as if the values were written, for a dry run: a file that Terraform reads after all others. A
 * line that is to go has no word for that, and stands there as the variable's default.
 */
export async function asIf(
  environment: string,
  wanted: Wanted,
  defaults: () => Promise<Record<string, unknown>>,
): Promise<string[]> {
  const gone = [...wanted.values()].includes(undefined)
  const otherwise = gone ? await defaults() : {}
  const lines = [...wanted].map(([name, value]) => {
    const spelled = value === undefined ? literal((otherwise[name] ?? null) as null) : spell(value)
    return `${name} = ${spelled}\n`
  })
  await mkdir(`${home()}/plans`, { recursive: true })
  const file = `${home()}/plans/${environment}-as-if.tfvars`
  await writeFile(file, lines.join(''))
  return [`-var-file=${file}`]
}

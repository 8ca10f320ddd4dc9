import { readFile } from 'node:fs/promises'
import { Usage } from '../core'
import { CostError, checkUsage, profiles } from '../costs'
import type { UsageOption } from '../costs/usage'

type Profile = NonNullable<UsageOption['profile']>
const isProfile = (text: string): text is Profile => Object.hasOwn(profiles, text)

/** What `--usage` says: a profile's name, or a file of quantities, which is only ever read. */
export async function usageFrom(text: string | undefined): Promise<UsageOption> {
  if (text === undefined) return {}
  if (isProfile(text)) return { profile: text }
  const names = Object.keys(profiles).join(', ')
  const body = await readFile(text, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Usage(`--usage ${text}: it is none of ${names}, and no file that can be read (${error.code})`)
  })
  try {
    const quantities: unknown = JSON.parse(body)
    if (typeof quantities !== 'object' || quantities === null || Array.isArray(quantities)) {
      throw new CostError('Usage: it is no object of quantities, like {"natGb": 100}')
    }
    const { profile, ...rest } = quantities as Record<string, unknown>
    if (profile !== undefined && !(typeof profile === 'string' && isProfile(profile))) {
      throw new CostError(`Usage: profile is none of ${names}`)
    }
    return { ...(profile !== undefined && { profile }), measured: checkUsage(rest) }
  } catch (error) {
    if (error instanceof CostError) throw new Usage(`--usage ${text}: ${error.message}`)
    if (error instanceof SyntaxError) throw new Usage(`--usage ${text}: it is no JSON (${error.message})`)
    throw error
  }
}

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The region that a profile of the AWS CLI's configuration names. */
export function regionOfProfile(
  profile: string,
  env: Record<string, string | undefined>,
): string | undefined {
  const file = env.AWS_CONFIG_FILE || join(env.HOME || homedir(), '.aws', 'config')
  try {
    return regionIn(readFileSync(file, 'utf8'), profile)
  } catch {
    // No configuration file is the normal case in CI.
    return undefined
  }
}

export function regionIn(config: string, profile: string): string | undefined {
  const heading = profile === 'default' ? ['default', 'profile default'] : [`profile ${profile}`]
  let inside = false
  for (const line of config.split(/\r?\n/)) {
    const section = line.match(/^\s*\[\s*(.+?)\s*\]/)?.[1]
    if (section) inside = heading.includes(section.replace(/\s+/g, ' '))
    else if (inside) {
      const region = line.match(/^region\s*=\s*(\S+)/)?.[1]
      if (region) return region
    }
  }
  return undefined
}

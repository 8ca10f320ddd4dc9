import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Which registries somebody has logged in to; the password itself is not kept, nothing here asks for it again. */
export function logins(dir: string) {
  const file = join(dir, 'docker', 'config.json')
  const read = (): string[] => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')).registries
    } catch {
      return []
    }
  }
  const write = (registries: string[]) => {
    mkdirSync(join(dir, 'docker'), { recursive: true })
    writeFileSync(file, JSON.stringify({ registries }))
  }
  const host = (registry: string) => registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  return {
    has: (registry: string) => read().includes(host(registry)),
    add: (registry: string) => write([...new Set([...read(), host(registry)])]),
    remove(registry: string): boolean {
      const before = read()
      write(before.filter((it) => it !== host(registry)))
      return before.includes(host(registry))
    },
  }
}

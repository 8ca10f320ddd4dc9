import type { World } from './world.ts'

/** One SDK client of a kind for each region that is asked about, talking to moto itself. */
export function regionalClients<T extends { destroy(): void }>(
  world: World,
  make: (settings: { endpoint: string; region: string; credentials: Credentials }) => T,
) {
  const made = new Map<string, T>()
  return {
    in(region: string): T {
      const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }
      const client = made.get(region) ?? make({ endpoint: world.motoUrl, region, credentials })
      made.set(region, client)
      return client
    },
    destroy(): void {
      for (const client of made.values()) client.destroy()
    },
  }
}

interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

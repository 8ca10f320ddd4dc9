import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { Drill } from './drill'
import { closeGroup } from './network'
import { stopDatabase } from './parts'

/** Two faults at once: both are named, whichever of them first. */
export const twoDrills: Drill[] = [
  {
    name: 'a stopped database, and a closed way to the cache',
    causes: ['database-down', 'group-closes-cache'],
    async play(trouble) {
      const open = await closeGroup(trouble, 'redis')
      const start = await stopDatabase(trouble)
      return async () => {
        await open()
        await start()
        await trouble.back()
      }
    },
  },
  {
    name: 'a wrong image, and a deleted secret',
    causes: ['image-missing', 'secret-missing'],
    async play(trouble) {
      const secrets = new SecretsManager(trouble.small.settings)
      const SecretId = trouble.small.stack.inputSecret
      await secrets.deleteSecret({ SecretId, RecoveryWindowInDays: 7 })
      const image = trouble.small.image.replace(/.{8}$/, '00000000')
      await trouble.move(await trouble.small.revision({}, { image }))
      return async () => {
        await secrets.restoreSecret({ SecretId })
        await trouble.back()
      }
    },
  },
]

import { isSeen } from '../../diagnosis/snapshot'
import { oneByOne } from '../../monitoring/look/find'
import { lookAtDatabaseSize } from '../../monitoring/look/stores'
import type { Check } from '../check'
import { judgeStorage } from '../judges/storage'
import { seriesOver } from './series'

export const storage: Check = {
  id: 'storage',
  title: 'When the database is full',
  async look(place) {
    const { stack, now } = place
    const [size, { free = [] }] = await Promise.all([
      lookAtDatabaseSize({ ...place, bucket: async () => '' }, oneByOne(place.aws)),
      seriesOver(place, 14, {
        free: {
          namespace: 'AWS/RDS',
          metric: 'FreeStorageSpace',
          stat: 'Minimum',
          dimensions: { DBInstanceIdentifier: stack.database },
        },
      }),
    ])
    if (!isSeen(size)) throw new Error(size.reason)
    if (!size.value) throw new Error(`there is no ${stack.database}`)
    return judgeStorage(
      free,
      size.value,
      now.getTime() / 1000,
      `bun runbooks/deploy.ts --environment ${stack.environment}`,
    )
  },
}

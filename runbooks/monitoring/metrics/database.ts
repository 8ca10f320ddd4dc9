import { stackOf } from '../../aws/stack'
import { type Declared, judged, missing, seenIn, seriesOf, silence } from '../metric'
import type { DatabaseSize, Look, Metric } from '../model'
import type { SeriesName } from '../queries'
import { latest } from '../series'

const gib = 2 ** 30

export function databaseMetrics(look: Look): Metric[] {
  const size = seenIn(look.database)
  const most = size && maxConnections(size.class)
  const metric = (name: SeriesName, declared: Omit<Declared, 'group' | 'points'>, more?: string) => {
    const points = seriesOf(look, name)
    const value = size ? latest(points, look) : undefined
    const why = value === undefined ? whyUnknown(look, name) : more
    return judged({ ...declared, group: 'Database', points }, value, { why })
  }
  return [
    metric('databaseCpu', {
      id: 'rds-cpu',
      title: 'CPU',
      unit: '%',
      threshold: 80,
      action: 'Upgrade instance class',
    }),
    metric(
      'connections',
      {
        id: 'rds-connections',
        title: 'Connections',
        unit: 'connections',
        // RDS keeps some of a class's memory for itself: the smallest ones take up to a quarter fewer than the formula says.
        threshold: most && Math.floor(0.7 * most),
        action: 'Upgrade instance class, or let each task open fewer connections',
      },
      most ? `of about ${most} that a ${size?.class} takes` : undefined,
    ),
    metric(
      'freeStorage',
      {
        id: 'rds-storage-free',
        title: 'Storage free',
        unit: 'bytes',
        threshold: size && (size.storageGb * gib) / 10,
        worse: 'below',
        action: 'Give the database more storage',
      },
      size && `of ${size.storageGb} GB`,
    ),
    ...(size && !isBurstable(size)
      ? []
      : [
          metric('credits', {
            id: 'rds-credits',
            title: 'CPU credits',
            unit: 'credits',
            threshold: 20,
            worse: 'below',
            action: 'Upgrade instance class: its CPU credits run out',
          }),
        ]),
  ]
}

function whyUnknown(look: Look, name: SeriesName): string {
  const size = seenIn(look.database)
  const gone = missing(look.database, stackOf(look.environment).database)
  if (gone) return gone
  return size && size.status !== 'available' ? `the database is ${size.status}` : silence(look, [name])
}

/** They run on credits; without them they are a fraction of themselves. */
export const isBurstable = ({ class: name }: DatabaseSize) => /^db\.t\d/.test(name)

/** GiB of the sizes, the same in all of RDS's current families but the memory-optimised ones, which have twice that. */
const memory: Record<string, number> = {
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
  '4xlarge': 64,
  '8xlarge': 128,
  '12xlarge': 192,
  '16xlarge': 256,
}

/** RDS's default for PostgreSQL: LEAST({DBInstanceClassMemory/9531392}, 5000). */
export function maxConnections(instanceClass: string): number | undefined {
  const [, family = '', size = ''] = instanceClass.match(/^db\.(\w+)\.(\w+)$/) ?? []
  const gigabytes = memory[size]
  if (gigabytes === undefined) return undefined
  const bytes = gigabytes * (/^[rxz]/.test(family) ? 2 : 1) * gib
  return Math.min(Math.floor(bytes / 9_531_392), 5000)
}

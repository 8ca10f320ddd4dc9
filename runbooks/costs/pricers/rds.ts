import { hoursPerMonth, notKnown, type Priced, type Pricer } from '../charge.ts'
import { flag, number, text, unknown } from '../values.ts'

/** A database instance and its storage; with a standby in a second zone there is twice of both. */
export const database: Pricer = (resource) => {
  const multiAz = flag(resource, 'multi_az')
  if (multiAz === unknown) return [notKnown('instance and storage', 'multi_az')]
  const copies = multiAz ? 2 : 1
  const suffix = multiAz ? ', Multi-AZ' : ''
  const priced: Priced[] = []

  const instance = text(resource, 'instance_class')
  const engine = text(resource, 'engine')
  if (typeof instance !== 'string') priced.push(notKnown('instance', 'instance_class'))
  else if (typeof engine !== 'string') priced.push(notKnown('instance', 'engine'))
  else {
    const price = `rds.${engine}.${instance}`
    priced.push({ group: 'RDS', component: `${instance}${suffix}`, quantity: hoursPerMonth * copies, price })
  }

  const size = number(resource, 'allocated_storage')
  const type = text(resource, 'storage_type')
  if (typeof size !== 'number') priced.push(notKnown('storage', 'allocated_storage'))
  else {
    // RDS takes gp2 when nothing is named.
    const kind = typeof type === 'string' ? type : 'gp2'
    const iops = number(resource, 'iops')
    const extra = typeof iops === 'number' ? Math.max(0, iops - includedIops(kind, size)) : 0
    priced.push({
      group: 'RDS',
      component: `${kind} storage${suffix}`,
      quantity: size * copies,
      price: `rds.storage.${kind}`,
    })
    if (extra > 0) {
      priced.push({
        group: 'RDS',
        component: `${kind} IOPS${suffix}`,
        quantity: extra * copies,
        price: `rds.iops.${kind}`,
      })
    }
  }

  const retention = number(resource, 'performance_insights_retention_period')
  if (typeof retention === 'number' && retention > 7) {
    priced.push({
      component: 'Performance Insights',
      because: 'a retention of more than 7 days is not in the price table',
    })
  }
  return priced
}

/** gp3 for Postgres comes with 3,000 IOPS, from 400 GB on with 12,000. */
function includedIops(kind: string, size: number): number {
  return kind === 'gp3' ? (size >= 400 ? 12_000 : 3_000) : 0
}

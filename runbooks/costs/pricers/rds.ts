import { type Charge, hoursPerMonth, notKnown, type Priced, type Pricer } from '../charge.ts'
import type { Resource } from '../resources.ts'
import { flag, number, text, unknown } from '../values.ts'

/** A database instance and its storage, at the price of one zone or of two. */
export const database: Pricer = (resource) => {
  const multiAz = flag(resource, 'multi_az')
  if (multiAz === unknown) return [notKnown('instance and storage', 'multi_az')]
  return [...instance(resource, multiAz), ...storage(resource, multiAz), ...insights(resource)]
}

function instance(resource: Resource, multiAz: boolean): Priced[] {
  const kind = text(resource, 'instance_class')
  const engine = text(resource, 'engine')
  if (typeof kind !== 'string') return [notKnown('instance', 'instance_class')]
  if (typeof engine !== 'string') return [notKnown('instance', 'engine')]
  return [
    inZones(
      { group: 'RDS', component: kind, quantity: hoursPerMonth, price: `rds.${engine}.${kind}` },
      multiAz,
    ),
  ]
}

function storage(resource: Resource, multiAz: boolean): Priced[] {
  const size = number(resource, 'allocated_storage')
  const type = text(resource, 'storage_type')
  if (typeof size !== 'number') return [notKnown('storage', 'allocated_storage')]
  // RDS takes gp2 when nothing is named.
  const kind = typeof type === 'string' ? type : 'gp2'
  const iops = number(resource, 'iops')
  const extra = typeof iops === 'number' ? Math.max(0, iops - includedIops(kind, size)) : 0
  const charges: Charge[] = [
    { group: 'RDS', component: `${kind} storage`, quantity: size, price: `rds.storage.${kind}` },
    { group: 'RDS', component: `${kind} IOPS`, quantity: extra, price: `rds.iops.${kind}` },
  ]
  return charges.filter(({ quantity }) => quantity > 0).map((charge) => inZones(charge, multiAz))
}

/** gp3 for Postgres comes with 3,000 IOPS, from 400 GB on with 12,000. */
function includedIops(kind: string, size: number): number {
  return kind === 'gp3' ? (size >= 400 ? 12_000 : 3_000) : 0
}

/** Multi-AZ has prices of its own, mostly but not always twice those of one zone. */
function inZones(charge: Charge, multiAz: boolean): Charge {
  if (!multiAz) return charge
  const component = `${charge.component}, Multi-AZ`
  const assumed = 'twice the price of one zone'
  return {
    ...charge,
    component,
    price: `${charge.price}.multi-az`,
    otherwise: { ...charge, component, quantity: charge.quantity * 2, assumed },
  }
}

function insights(resource: Resource): Priced[] {
  const days = number(resource, 'performance_insights_retention_period')
  if (typeof days !== 'number' || days <= 7) return []
  return [
    {
      component: 'Performance Insights',
      because: 'a retention of more than 7 days is not in the price table',
    },
  ]
}

import { hoursPerMonth } from '../charge.ts'
import { type Advice, type Look, type Rule, round } from './rule.ts'

/** What stands in the account and nothing uses: no variable makes it go, a command does. */
export const unused: Rule = (look) => [...addresses(look), ...images(look), ...snapshots(look)]

const rate = ({ situation }: Look, price: string) => situation.prices.get(price)?.tiers[0]?.rate

function addresses(look: Look): Advice[] {
  const idle = look.use?.addresses ?? []
  const hour = rate(look, 'ipv4.hour')
  if (idle.length === 0) return []
  return [
    {
      id: 'unused-addresses',
      title: `${idle.length} public ${idle.length === 1 ? 'address' : 'addresses'} that nothing uses`,
      advice: 'An address costs the same whether it is used or forgotten; given back, it is gone',
      evidence: idle.map(({ id, address }) => `${address} (${id}) is associated with nothing`),
      command: idle.map(({ id }) => `aws ec2 release-address --allocation-id ${id}`).join('\n'),
      ...(hour !== undefined && { saves: idle.length * hour * hoursPerMonth }),
    },
  ]
}

function images(look: Look): Advice[] {
  const kept = look.use?.images
  const month = rate(look, 'ecr.stored')
  if (!kept || kept.unusedGb < 0.5) return []
  return [
    {
      id: 'unused-images',
      title: `${kept.unused} images that nothing is deployed from`,
      advice:
        'The registry’s own rules remove what no tag names after ecr_untagged_days, and deployed images beyond ecr_deployed_images',
      evidence: [`${round(kept.unusedGb)} GB of ${kept.count} images were never deployed`],
      ...(month !== undefined && { saves: kept.unusedGb * month }),
    },
  ]
}

function snapshots(look: Look): Advice[] {
  const kept = look.use?.snapshots ?? []
  const month = rate(look, 'rds.snapshot')
  if (kept.length === 0) return []
  const gb = kept.reduce((sum, each) => sum + each.gb, 0)
  const paid = Math.max(0, gb - databaseGb(look))
  return [
    {
      id: 'unused-snapshots',
      title: `${kept.length} ${kept.length === 1 ? 'snapshot' : 'snapshots'} made by hand or left by a deleted database`,
      advice: 'Beyond as much as the database itself has, a snapshot is paid for until it is deleted',
      evidence: kept.map(({ id, gb: size, from }) => `${id}, ${size} GB, of ${from.slice(0, 10)}`),
      command: kept.map(({ id }) => `aws rds delete-db-snapshot --db-snapshot-identifier ${id}`).join('\n'),
      ...(month !== undefined && paid > 0 && { saves: paid * month }),
    },
  ]
}

/** As many GB of snapshots as the databases that stand have storage cost nothing. */
const databaseGb = ({ situation }: Look) =>
  situation.resources
    .filter(({ type }) => type === 'aws_db_instance')
    .reduce((sum, { values }) => sum + (Number(values.allocated_storage) || 0), 0)

import { stateBucket } from '../../aws/stack'
import { look, type Place } from '../../diagnosis/collect/look'
import type { Part } from '../../diagnosis/snapshot'
import { shown } from '../../terraform/shown'
import { readState } from '../../terraform/state'
import type { CostSeen } from '../model'
import { atPlace, type Memory } from './memory'

/** What Terraform's state costs a month. The bucket is named after the account, which is known from last time. */
export function lookAtCost(
  { aws, stack, region }: Place,
  account: Promise<string>,
  memory: Memory,
): Promise<Part<CostSeen | null>> {
  return look(
    `aws s3 cp s3://${stateBucket(memory.account ?? 'ACCOUNT', region)}/${stack.stateKey} -`,
    async () => {
      const seen = await atPlace(memory.account, account, async (known) => {
        const reading = readState(aws, stateBucket(known, region), stack)
        // Prices are loaded while the state is on its way.
        const [state, { estimateState }] = await Promise.all([reading, aws.s3().then(prices)])
        if (!state) return undefined
        const { monthly, notPriced } = estimateState(shown(state), { region })
        return { monthly, notPriced: notPriced.length }
      })
      return seen ?? null
    },
  )
}

const prices = () => import('../../costs')

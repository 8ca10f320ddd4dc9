import type { World } from '../../../world'
import type { Handlers } from '../../call'
import { type Element, find } from '../../protocol/xml'
import { askQuery } from '../ask'

/** DB subnet groups: moto changes one, and loses it in doing so. It is made again as it was changed, tags included. */
export function subnetGroups(world: World): Handlers[string] {
  return {
    async ModifyDBSubnetGroup(call) {
      const name = call.input.DBSubnetGroupName
      const ask = (Action: string, form: Record<string, string>) =>
        askQuery(world, 'rds', call.region, { Action, Version: '2014-10-31', ...form })
      const before = await ask('DescribeDBSubnetGroups', { DBSubnetGroupName: name })
      const tagged = await ask('ListTagsForResource', { ResourceName: text(before, 'DBSubnetGroupArn') })

      const answer = await call.answer()
      const { DBSubnetGroupDescription, Subnets } = answer.DBSubnetGroup
      const form: Record<string, string> = { DBSubnetGroupName: name, DBSubnetGroupDescription }
      for (const [at, { SubnetIdentifier }] of Subnets.entries()) {
        form[`SubnetIds.SubnetIdentifier.${at + 1}`] = SubnetIdentifier
      }
      for (const [at, tag] of (find(tagged, 'TagList')?.children ?? []).entries()) {
        form[`Tags.Tag.${at + 1}.Key`] = text(tag, 'Key')
        form[`Tags.Tag.${at + 1}.Value`] = text(tag, 'Value')
      }
      await ask('CreateDBSubnetGroup', form)
      return answer
    },
  }
}

const text = (element: Element, name: string): string => find(element, name)?.text ?? ''

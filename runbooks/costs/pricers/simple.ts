import type { Pricer, UsagePricer } from '../charge.ts'
import { blocks } from '../values.ts'

export const imageUse: UsagePricer = {
  types: ['aws_ecr_repository'],
  charges: ({ usage }) => [
    { group: 'Images', component: 'stored', quantity: usage.imagesGb, price: 'ecr.stored', use: 'imagesGb' },
  ],
}

export const bucketUse: UsagePricer = {
  types: ['aws_s3_bucket'],
  charges: ({ usage }) => [
    { group: 'Storage', component: 'stored', quantity: usage.bucketGb, price: 's3.stored', use: 'bucketGb' },
  ],
}

/** A copy in another region is a secret more. */
export const secret: Pricer = (resource) => [
  {
    group: 'Secrets and keys',
    component: 'secret',
    quantity: 1 + blocks(resource, 'replica').length,
    price: 'secret',
  },
]

export const key: Pricer = () => [
  { group: 'Secrets and keys', component: 'key', quantity: 1, price: 'kms.key' },
]

export const zone: Pricer = () => [{ group: 'DNS', component: 'zone', quantity: 1, price: 'route53.zone' }]

export const webAcl: Pricer = (resource) => [
  { group: 'WAF', component: 'web ACL', quantity: 1, price: 'waf.acl' },
  ...rules(blocks(resource, 'rule').length),
]

export const ruleGroup: Pricer = (resource) => rules(blocks(resource, 'rule').length)

export const webAclUse: UsagePricer = {
  types: ['aws_wafv2_web_acl'],
  charges: ({ usage }) => [
    {
      group: 'WAF',
      component: 'requests',
      quantity: usage.requests / 1_000_000,
      price: 'waf.requests',
      use: 'requests',
    },
  ],
}

function rules(quantity: number): ReturnType<typeof key> {
  return quantity > 0 ? [{ group: 'WAF', component: 'rules', quantity, price: 'waf.rule' }] : []
}

import { expect, test } from 'bun:test'
import { judgeRecord, type Resolved } from '../../../runbooks/aws/resolves'

const name = 'chat.example.com'
const balancer = 'alb-1.us-east-1.elb.amazonaws.com'
const its: Resolved = ['192.0.2.1', '192.0.2.2']

test.each([
  ['a CNAME or an alias: the same addresses, in any order', ['192.0.2.2', '192.0.2.1']],
  ['an alias that was answered with one zone of two', ['192.0.2.2']],
])('judgeRecord: %s', (_, own) => {
  expect(judgeRecord(name, balancer, own, its)).toBeUndefined()
})

test('judgeRecord: a name that does not resolve yet gets the record to make', () => {
  const said = judgeRecord(name, balancer, { code: 'ENOTFOUND' }, its)
  expect(said).toContain('ENOTFOUND')
  expect(said).toContain(`CNAME ${name} -> ${balancer}`)
})

test('judgeRecord: a name that leads elsewhere may be meant so', () => {
  const said = judgeRecord(name, balancer, ['198.51.100.7'], its)
  expect(said).toContain('198.51.100.7')
  expect(said).toContain('if no CDN')
})

test('judgeRecord: of a load balancer that does not resolve here nothing is concluded', () => {
  expect(judgeRecord(name, balancer, ['198.51.100.7'], { code: 'EAI_AGAIN' })).toBeUndefined()
})

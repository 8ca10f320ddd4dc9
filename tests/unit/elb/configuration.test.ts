import { expect, test } from 'bun:test'
import { readConfiguration } from '../../../rehearsal/elb/configuration'
import type { Fields } from '../../../rehearsal/network/query'

const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg/1'

test('a target group that goes while it is read is not there, and fails no call', async () => {
  let deleted = false
  const query = async (_: string, action: string): Promise<Fields> => {
    if (action === 'DescribeTargetGroups')
      return { TargetGroups: deleted ? [] : [{ TargetGroupArn: arn, TargetGroupName: 'tg', Port: '8000' }] }
    if (action !== 'DescribeTargetGroupAttributes') return {}
    deleted = true
    throw new Error(`elasticloadbalancing:${action}: 400 <Code>TargetGroupNotFound</Code>`)
  }
  expect((await readConfiguration(query)).targetGroups.size).toBe(0)
})

test('any other failure is told', async () => {
  const query = () => Promise.reject(new Error('elasticloadbalancing:DescribeTargetGroups: 500'))
  expect(readConfiguration(query)).rejects.toThrow('500')
})

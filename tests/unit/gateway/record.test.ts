import { expect, test } from 'bun:test'
import type { Members } from '../../../rehearsal/gateway/call'
import { passedRoles, permissionOf } from '../../../rehearsal/gateway/permission'
import type { Wire } from '../../../rehearsal/gateway/protocol/wire'
import { callerOf } from '../../../rehearsal/gateway/record'
import { resourceOf } from '../../../rehearsal/gateway/resource'

function wire(call: string): Wire {
  const [service = '', action = ''] = call.split(':')
  const scope = { service, region: 'us-east-1', accessKey: 'k' }
  return { scope, action, protocol: 'json', contentType: '', input: () => ({}) }
}
const account = '123456789012'
const here = (service: string, path: string) => `arn:aws:${service}:us-east-1:${account}:${path}`

test.each<[string, Members, string | undefined]>([
  ['s3:PutObject', { Bucket: 'b', Key: 'k/l' }, 'arn:aws:s3:::b/k/l'],
  ['s3:ListObjectsV2', { Bucket: 'b' }, 'arn:aws:s3:::b'],
  ['s3:ListBuckets', {}, undefined],
  ['ecs:UpdateService', { cluster: 'c', service: 's' }, here('ecs', 'service/c/s')],
  [
    'ecs:DescribeServices',
    { cluster: here('ecs', 'cluster/c'), services: ['s'] },
    here('ecs', 'service/c/s'),
  ],
  ['ecs:RegisterTaskDefinition', { family: 'f' }, here('ecs', 'task-definition/f')],
  ['ecs:ListTasks', { cluster: 'c' }, here('ecs', 'cluster/c')],
  [
    'chatbot:CreateSlackChannelConfiguration',
    { ConfigurationName: 'n', IamRoleArn: 'arn:aws:iam::1:role/r', SnsTopicArns: ['arn:aws:sns:::t'] },
    `arn:aws:chatbot::${account}:chat-configuration/slack-channel/n`,
  ],
  ['ecr:PutImage', { repositoryName: 'r' }, here('ecr', 'repository/r')],
  ['rds:ModifyDBInstance', { DBInstanceIdentifier: 'd' }, here('rds', 'db:d')],
  [
    'elasticache:DeleteReplicationGroup',
    { ReplicationGroupId: 'g' },
    here('elasticache', 'replicationgroup:g'),
  ],
  ['elasticloadbalancing:CreateTargetGroup', { Name: 't' }, here('elasticloadbalancing', 'targetgroup/t/*')],
  ['elasticloadbalancing:DescribeTargetHealth', { TargetGroupArn: 'arn:tg' }, 'arn:tg'],
  ['secretsmanager:GetSecretValue', { SecretId: 'p/inputs' }, here('secretsmanager', 'secret:p/inputs')],
  ['monitoring:PutMetricAlarm', { AlarmName: 'a' }, here('cloudwatch', 'alarm:a')],
  ['monitoring:PutDashboard', { DashboardName: 'd' }, `arn:aws:cloudwatch::${account}:dashboard/d`],
  ['iam:CreateRole', { RoleName: 'r' }, `arn:aws:iam::${account}:role/r`],
  ['budgets:CreateBudget', { Budget: { BudgetName: 'b' } }, `arn:aws:budgets::${account}:budget/b`],
  ['ec2:CreateSubnet', { VpcId: 'vpc-0ab1' }, here('ec2', 'vpc/vpc-0ab1')],
  ['ec2:DescribeSubnets', { SubnetId: ['subnet-0ab1'] }, undefined],
])('resourceOf %s', (call, input, expected) => {
  expect(resourceOf(wire(call), { account }, input)).toBe(expected as string)
})

test.each([
  ['s3:HeadObject', 's3:GetObject'],
  ['s3:ListObjectsV2', 's3:ListBucket'],
  ['s3:PutObject', undefined],
  ['monitoring:GetMetricData', 'cloudwatch:GetMetricData'],
  ['budgets:DescribeBudget', 'budgets:ViewBudget'],
  ['budgets:CreateNotification', 'budgets:ModifyBudget'],
  ['budgets:ListTagsForResource', undefined],
  ['ecs:ListTasks', undefined],
])('permissionOf %s is %s', (call, permission) => {
  expect(permissionOf(wire(call))).toBe(permission as string)
})

test('passedRoles are those that a task definition hands over, each once', () => {
  expect(passedRoles({ taskRoleArn: 'arn:r', executionRoleArn: 'arn:r', family: 'f' })).toEqual(['arn:r'])
})

test.each([
  ['APN/1.0 HashiCorp/1.0 Terraform/1.11.4 terraform-provider-aws/5.100.0 aws-sdk-go-v2/1.36', 'terraform'],
  ['aws-cli/1.45.11 md/Botocore#1.43.11', 'aws-cli'],
  ['Boto3/1.43 md/Botocore#1.43.11', 'boto3'],
  ['aws-sdk-js/3.1169.0 ua/2.1 os/linux', 'sdk-js'],
  ['curl/8', 'other'],
])('callerOf %s', (userAgent, caller) => {
  expect(callerOf(userAgent)).toBe(caller)
})

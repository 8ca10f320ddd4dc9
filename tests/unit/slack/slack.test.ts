import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { SNS } from '@aws-sdk/client-sns'
import { createSlack } from '../../../rehearsal/slack/slack'
import { type Bench, bench, signed } from '../gateway/bench'

const app = 'https://global.sns-api.chatbot.amazonaws.com'
const account = '123456789012'
const arnOf = (name: string) => `arn:aws:chatbot::${account}:chat-configuration/slack-channel/${name}`
let b: Bench
let sns: SNS
let topic: string

beforeAll(async () => {
  b = await bench([], createSlack)
  sns = new SNS(b.settings)
  topic = (await sns.createTopic({ Name: 'alerts' })).TopicArn!
})
afterAll(() => b.stop())
beforeEach(async () => {
  for (const { ChatConfigurationArn } of await configured())
    await chatbot('delete-slack-channel-configuration', { ChatConfigurationArn })
})

/** No client for it is installed: the call as any SDK makes it. */
async function chatbot(path: string, input: Record<string, unknown> = {}) {
  const headers = { ...signed('chatbot'), 'content-type': 'application/json' }
  const response = await fetch(`${b.gateway.url}/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  })
  return {
    status: response.status,
    error: response.headers.get('x-amzn-errortype'),
    body: (await response.json()) as any,
  }
}

const create = (more: Record<string, unknown> = {}) =>
  chatbot('create-slack-channel-configuration', {
    ConfigurationName: 'alerts',
    SlackTeamId: 'T0REHEARSAL',
    SlackChannelId: 'C0000FIRST',
    IamRoleArn: `arn:aws:iam::${account}:role/slack`,
    SnsTopicArns: [topic],
    ...more,
  })
const configured = async () =>
  (await chatbot('describe-slack-channel-configurations')).body.SlackChannelConfigurations as any[]
const channels = async () => (await configured()).map((one) => one.SlackChannelId)
const subscribers = async () =>
  (await sns.listSubscriptionsByTopic({ TopicArn: topic })).Subscriptions!.map(({ Endpoint }) => Endpoint)
const posts = () =>
  fetch(`${b.gateway.url}/_rehearsal/slack`).then((answer) => answer.json() as Promise<any[]>)
const publish = (Message: string) => sns.publish({ TopicArn: topic, Subject: 'ALARM', Message })
const alarm = (AlarmName: string) => JSON.stringify({ AlarmName, NewStateValue: 'ALARM' })

test('what is published to the topic is in the channel that is configured then, and nowhere once it is gone', async () => {
  await create()
  expect(await subscribers()).toEqual([app])
  await publish(alarm('one'))
  const ChatConfigurationArn = arnOf('alerts')
  await chatbot('update-slack-channel-configuration', { ChatConfigurationArn, SlackChannelId: 'C000SECOND' })
  await publish(alarm('two'))
  await chatbot('delete-slack-channel-configuration', { ChatConfigurationArn })
  expect([await configured(), await subscribers()]).toEqual([[], []])
  await publish(alarm('three'))
  expect((await posts()).map(({ channel, message }) => [channel, message.AlarmName])).toEqual([
    ['C0000FIRST', 'one'],
    ['C000SECOND', 'two'],
  ])
})

test('words that are no message of an AWS service the app cannot show, and drops', async () => {
  const before = (await posts()).length
  await create()
  await publish('hello')
  await publish('{"hello":"you"}')
  await publish('AWS Budget Notification January 01, 2026')
  expect((await posts()).slice(before).map(({ message }) => message)).toEqual([
    'AWS Budget Notification January 01, 2026',
  ])
})

test('one topic for two channels is told in both, and the app stays subscribed for the one that is left', async () => {
  const before = (await posts()).length
  await create()
  await create({ ConfigurationName: 'more', SlackChannelId: 'C000SECOND' })
  await publish(alarm('both'))
  expect((await posts()).slice(before).map(({ channel }) => channel)).toEqual(['C0000FIRST', 'C000SECOND'])
  await chatbot('delete-slack-channel-configuration', { ChatConfigurationArn: arnOf('more') })
  expect(await subscribers()).toEqual([app])
})

test("a workspace that has not let the app in is refused in AWS's words, and a channel that is taken", async () => {
  const stranger = await create({ SlackTeamId: 'T0STRANGER' })
  expect([stranger.status, stranger.error]).toEqual([400, 'InvalidRequestException'])
  expect(stranger.body.message).toContain(
    `Slack workspace T0STRANGER is not authorized with AWS account ${account}`,
  )
  await create()
  const taken = await create({ ConfigurationName: 'second' })
  expect([taken.status, taken.error]).toEqual([400, 'InvalidRequestException'])
  expect(taken.body.message).toContain(`has already been configured for AWS account ${account}`)
  const same = await create({ SlackChannelId: 'C000SECOND' })
  expect([same.status, same.error]).toEqual([409, 'ConflictException'])
  expect(await channels()).toEqual(['C0000FIRST'])
})

test('tags come, change and go; what is not there cannot be changed', async () => {
  await create({ Tags: [{ TagKey: 'Project', TagValue: 'a' }] })
  const ResourceARN = arnOf('alerts')
  await chatbot('tag-resource', { ResourceARN, Tags: [{ TagKey: 'Project', TagValue: 'b' }] })
  await chatbot('tag-resource', { ResourceARN, Tags: [{ TagKey: 'Owner', TagValue: 'us' }] })
  await chatbot('untag-resource', { ResourceARN, TagKeys: ['Project'] })
  const tags = await chatbot('list-tags-for-resource', { ResourceARN })
  expect(tags.body.Tags).toEqual([{ TagKey: 'Owner', TagValue: 'us' }])
  const ChatConfigurationArn = arnOf('nowhere')
  const change = { ChatConfigurationArn, SlackChannelId: 'C000SECOND' }
  expect((await chatbot('update-slack-channel-configuration', change)).error).toBe(
    'ResourceNotFoundException',
  )
  const one = await chatbot('describe-slack-channel-configurations', { ChatConfigurationArn })
  expect(one.body.SlackChannelConfigurations).toEqual([])
})

import type { Call, Handlers, Members } from '../gateway/call.ts'
import { askQuery } from '../gateway/gaps/ask.ts'
import { find } from '../gateway/protocol/xml.ts'
import type { World } from '../world.ts'
import { createChannels } from './channels.ts'
import { createConfigurations } from './configurations.ts'

/** Where AWS's app listens: the address of its subscription to a topic, in every account. */
const appAddress = 'https://global.sns-api.chatbot.amazonaws.com'

/**
 * AWS's app in Slack (AWS Chatbot, now Amazon Q Developer in chat applications) and the channels it speaks in: moto
 * knows neither. The app subscribes to the topics that configurations name, and tells the channel what they publish.
 */
export function createSlack(world: World) {
  const { all, handlers: chatbot } = createConfigurations(world, follow)
  const channels = createChannels(world, all)
  const subscriptions = new Map<string, string>()
  // moto delivers over HTTP, and on this machine alone; whoever lists subscriptions sees AWS's address.
  const door = () => `${world.gatewayUrl}/_rehearsal/slack`

  /** Subscribed once to every topic that a configuration names, and to no other. */
  async function follow(): Promise<void> {
    const wanted = new Set(all().flatMap(({ SnsTopicArns }) => SnsTopicArns as string[]))
    for (const [topic, SubscriptionArn] of subscriptions) {
      if (wanted.has(topic)) continue
      subscriptions.delete(topic)
      await ask(topic, { Action: 'Unsubscribe', SubscriptionArn })
    }
    for (const topic of wanted) {
      if (subscriptions.has(topic)) continue
      const form = { Action: 'Subscribe', TopicArn: topic, Protocol: 'http', Endpoint: door() }
      const arn = find(await ask(topic, form), 'SubscriptionArn')?.text
      if (arn) subscriptions.set(topic, arn)
    }
  }

  const ask = (topic: string, form: Record<string, string>) =>
    askQuery(world, 'sns', topic.split(':')[3] || world.region, { Version: '2010-03-31', ...form })

  const shown = (one: Members): Members =>
    one.Endpoint === door() ? { ...one, Protocol: 'https', Endpoint: appAddress } : one
  const list = async (call: Call) => {
    const answer = await call.answer()
    return { ...answer, Subscriptions: (answer.Subscriptions ?? []).map(shown) }
  }

  const handlers: Handlers = {
    chatbot,
    sns: {
      ListSubscriptions: list,
      ListSubscriptionsByTopic: list,
      async GetSubscriptionAttributes(call) {
        const { Attributes } = await call.answer()
        return { Attributes: shown(Attributes) }
      },
    },
  }
  return { handlers, routes: { slack: channels.route } }
}

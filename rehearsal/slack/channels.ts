import type { Members } from '../gateway/call.ts'
import type { World } from '../world.ts'

/** What stands in a channel. */
interface Post {
  time: string
  workspace: string
  channel: string
  /** The name of the configuration that it came by. */
  by: string
  title: string
  message: unknown
}

const kept = 500

/** What the app told each channel: `GET /_rehearsal/slack`, as SNS delivers there by `POST`. */
export function createChannels(world: World, configurations: () => Members[]) {
  const posts: Post[] = []

  function deliver({ Type, TopicArn, Subject, Message }: Members): void {
    if (Type !== 'Notification') return
    const message = parsed(Message)
    if (!isUnderstood(message)) {
      world.log('slack', `nothing that the app can show, dropped: ${String(Message).slice(0, 200)}`)
      return
    }
    for (const { SnsTopicArns, SlackTeamId, SlackChannelId, ConfigurationName } of configurations()) {
      if (!SnsTopicArns.includes(TopicArn)) continue
      const where = { workspace: SlackTeamId, channel: SlackChannelId, by: ConfigurationName }
      posts.push({ time: new Date().toISOString(), ...where, title: Subject ?? '', message })
    }
    posts.splice(0, posts.length - kept)
  }

  return {
    async route(request: Request): Promise<unknown> {
      if (request.method === 'POST') return deliver((await request.json()) as Members)
      return posts
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The app shows what AWS's services say, and messages of its own custom kind; anything else it drops, silently. */
function isUnderstood(message: unknown): boolean {
  if (typeof message === 'string') return message.startsWith('AWS Budget Notification')
  const { AlarmName, NewStateValue, source, content, 'detail-type': detail } = (message ?? {}) as Members
  return Boolean((AlarmName && NewStateValue) || detail || (source === 'custom' && content))
}

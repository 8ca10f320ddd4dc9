import { AwsError, type Call, type Handlers, type Members } from '../gateway/call.ts'
import type { World } from '../world.ts'

/** The one workspace that has let the app in, as somebody does once in AWS's console. */
const workspace = { SlackTeamId: 'T0REHEARSAL', SlackTeamName: 'rehearsal' }

/** Which channel of which workspace hears of which topics. */
export function createConfigurations({ account }: World, changed: () => Promise<void>) {
  const byArn = new Map<string, Members>()
  const all = () => [...byArn.values()]

  const named = (arn: string): Members => {
    const found = byArn.get(arn)
    if (!found) throw new AwsError('ResourceNotFoundException', `Could not find resource ${arn}`, 404)
    return found
  }

  const refuseSecond = (team: string, channel: string, own?: string) => {
    const same = all().find((one) => one.SlackTeamId === team && one.SlackChannelId === channel)
    if (same && same.ChatConfigurationArn !== own) {
      throw new AwsError(
        'InvalidRequestException',
        `Slack channel with ID ${channel} in Slack team ${team} has already been configured for AWS account ${account}.`,
      )
    }
  }

  const handlers: Handlers[string] = {
    async CreateSlackChannelConfiguration({ input }: Call) {
      const { ConfigurationName, SlackTeamId, SlackChannelId, IamRoleArn, Tags = [], ...others } = input
      const wanted = { ConfigurationName, SlackTeamId, SlackChannelId, IamRoleArn }
      for (const [member, value] of Object.entries(wanted)) {
        if (!value) throw new AwsError('InvalidParameterException', `${member} is required`)
      }
      if (SlackTeamId !== workspace.SlackTeamId) {
        throw new AwsError(
          'InvalidRequestException',
          `AWS Chatbot can't create the configuration because Slack workspace ${SlackTeamId} is not authorized with AWS account ${account}. See https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html#slack-client-setup`,
        )
      }
      const ChatConfigurationArn = `arn:aws:chatbot::${account}:chat-configuration/slack-channel/${ConfigurationName}`
      if (byArn.has(ChatConfigurationArn))
        throw new AwsError('ConflictException', `Configuration ${ConfigurationName} already exists`, 409)
      refuseSecond(SlackTeamId, SlackChannelId)
      const configuration = {
        SnsTopicArns: [],
        LoggingLevel: 'NONE',
        SlackChannelName: SlackChannelId.toLowerCase(),
        // Without a guardrail the channel may do what an administrator may.
        GuardrailPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        UserAuthorizationRequired: false,
        State: 'ENABLED',
        ...others,
        ...wanted,
        ...workspace,
        ChatConfigurationArn,
        Tags,
      }
      byArn.set(ChatConfigurationArn, configuration)
      await changed()
      return { ChannelConfiguration: configuration }
    },
    DescribeSlackChannelConfigurations({ input }) {
      const found = all().filter(
        ({ ChatConfigurationArn: arn }) => arn === (input.ChatConfigurationArn ?? arn),
      )
      return { SlackChannelConfigurations: found }
    },
    async UpdateSlackChannelConfiguration({ input }) {
      const configuration = named(input.ChatConfigurationArn)
      refuseSecond(configuration.SlackTeamId, input.SlackChannelId, input.ChatConfigurationArn)
      Object.assign(configuration, input)
      await changed()
      return { ChannelConfiguration: configuration }
    },
    async DeleteSlackChannelConfiguration({ input }) {
      named(input.ChatConfigurationArn)
      byArn.delete(input.ChatConfigurationArn)
      await changed()
      return {}
    },
    DescribeSlackWorkspaces: () => ({ SlackWorkspaces: [{ ...workspace, State: 'ENABLED' }] }),
    ListTagsForResource: ({ input }) => ({ Tags: named(input.ResourceARN).Tags }),
    TagResource({ input }) {
      const configuration = named(input.ResourceARN)
      configuration.Tags = [...without(configuration, keysOf(input.Tags)), ...input.Tags]
      return {}
    },
    UntagResource({ input }) {
      const configuration = named(input.ResourceARN)
      configuration.Tags = without(configuration, input.TagKeys)
      return {}
    },
  }
  return { all, handlers }
}

const keysOf = (tags: Members[]): string[] => tags.map(({ TagKey }) => TagKey)

const without = ({ Tags }: Members, keys: string[]): Members[] =>
  Tags.filter(({ TagKey }: Members) => !keys.includes(TagKey))

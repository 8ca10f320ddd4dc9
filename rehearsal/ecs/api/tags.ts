import type { Tag } from '@aws-sdk/client-ecs'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { lastPart } from '../ids.ts'
import type { State } from '../state.ts'

/** Tags of services and tasks; those of clusters and task definitions are moto's. */
export function tagHandlers(state: State): Handlers[string] {
  /** The list of the resource's tags, undefined when the resource is moto's. */
  function tagsOf(arn: string): Tag[] | undefined {
    const kind = /:(service|task)\//.exec(arn)?.[1]
    if (!kind) return undefined
    const service = state.services.get(arn)
    if (service && service.status !== 'INACTIVE') return service.tags
    const task = kind === 'task' ? state.tasks.get(lastPart(arn)) : undefined
    if (task) return task.plan.tags
    throw kind === 'service'
      ? new AwsError('ServiceNotFoundException', 'Service not found.')
      : new AwsError('InvalidParameterException', 'The specified task is not found.')
  }

  return {
    ListTagsForResource(call: Call) {
      const tags = tagsOf(String(call.input.resourceArn))
      return tags ? { tags } : call.forward()
    },

    TagResource(call: Call) {
      const tags = tagsOf(String(call.input.resourceArn))
      if (!tags) return call.forward()
      for (const tag of call.input.tags as Tag[]) {
        const known = tags.find((it) => it.key === tag.key)
        if (known) known.value = tag.value
        else tags.push({ ...tag })
      }
      return {}
    },

    UntagResource(call: Call) {
      const tags = tagsOf(String(call.input.resourceArn))
      if (!tags) return call.forward()
      const gone = call.input.tagKeys as string[]
      tags.splice(0, tags.length, ...tags.filter((it) => !gone.includes(it.key!)))
      return {}
    },
  }
}

import type { Call, Handlers } from '../../gateway/call.ts'
import type { Scalings } from './record.ts'

/** Tags of scalable targets. */
export function scalingTagHandlers(scalings: Scalings): Handlers[string] {
  const at = (arn: string) => [...scalings.values()].find((it) => it.target.ScalableTargetARN === arn)
  return {
    ListTagsForResource(call: Call) {
      const scaling = at(call.input.ResourceARN)
      return scaling ? { Tags: scaling.tags } : call.forward()
    },
    TagResource(call: Call) {
      const scaling = at(call.input.ResourceARN)
      if (!scaling) return call.forward()
      Object.assign(scaling.tags, call.input.Tags)
      return {}
    },
    UntagResource(call: Call) {
      const scaling = at(call.input.ResourceARN)
      if (!scaling) return call.forward()
      for (const key of call.input.TagKeys as string[]) delete scaling.tags[key]
      return {}
    },
  }
}

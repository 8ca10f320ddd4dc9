import { AwsError, type Handlers } from '../call'

/** Tags of scalable targets: moto registers the target and drops its tags. */
export function applicationAutoscaling(): Handlers {
  const tags = new Map<string, Record<string, string>>()
  return {
    'application-autoscaling': {
      async RegisterScalableTarget(call) {
        const answer = await call.answer()
        const arn = String(answer.ScalableTargetARN)
        tags.set(arn, { ...tags.get(arn), ...call.input.Tags })
        return answer
      },
      TagResource(call) {
        const { ResourceARN, Tags } = call.input
        tags.set(ResourceARN, { ...tags.get(ResourceARN), ...Tags })
        return {}
      },
      UntagResource(call) {
        const kept = Object.entries(tags.get(call.input.ResourceARN) ?? {})
        const gone = call.input.TagKeys as string[]
        tags.set(call.input.ResourceARN, Object.fromEntries(kept.filter(([key]) => !gone.includes(key))))
        return {}
      },
      ListTagsForResource(call) {
        const arn = String(call.input.ResourceARN)
        if (!arn.startsWith('arn:aws:application-autoscaling:')) {
          throw new AwsError('ValidationException', `Invalid scalable target ARN: ${arn}`)
        }
        return { Tags: tags.get(arn) ?? {} }
      },
    },
  }
}

import type { Aws } from '../../../runbooks/aws/clients'
import { stackOf } from '../../../runbooks/aws/stack'
import type { Answer } from '../account'

/** So many tasks in pages of a hundred, as ECS lists them. */
export function tasks(count: number): Record<string, Answer> {
  return {
    'ecs:listTasks': ({ nextToken = '0', desiredStatus }) => {
      const from = Number(nextToken)
      const taskArns = Array.from(
        { length: Math.min(100, count - from) },
        (_, i) => `arn:task/${desiredStatus}-${from + i}`,
      )
      return { taskArns, ...(from + 100 < count ? { nextToken: String(from + 100) } : {}) }
    },
    'ecs:describeTasks': ({ tasks }) => ({
      tasks: tasks.map((taskArn: string) => ({ taskArn, lastStatus: 'RUNNING' })),
    }),
  }
}

/** A look at staging, with that account's clients. */
export const at = (aws: Aws) => ({
  aws,
  stack: stackOf('staging'),
  region: 'us-east-1',
  bucket: async () => 'bucket',
  now: new Date(),
})

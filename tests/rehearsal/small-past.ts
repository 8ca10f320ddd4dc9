import { join } from 'node:path'
import type { SmallStack } from './small-stack'
import type { Call, Workspace } from './support'

/** What a rollback finds on a service that has been deployed to before, and how a test tells what became of it. */
export function pastOf(small: SmallStack) {
  const { ecs, stack } = small
  const { cluster, service } = stack
  const arnOf = (number: number) => small.firstRevision.replace(/\d+$/, String(number))

  async function marks(number: number): Promise<Record<string, string>> {
    const { tags = [] } = await ecs.listTagsForResource({ resourceArn: arnOf(number) })
    return Object.fromEntries(tags.map(({ key, value }) => [key!.replace(/^tria:/, ''), value!]))
  }

  return {
    arnOf,
    marks,
    /** The revision's number that the service is set to. */
    async serves(): Promise<number> {
      return Number((await small.service()).taskDefinition!.split(':').at(-1))
    },
    /** Marks as deploy and rollback make them. */
    async mark(number: number, values: Record<string, string>): Promise<void> {
      const tags = Object.entries(values).map(([key, value]) => ({ key: `tria:${key}`, value }))
      await ecs.tagResource({ resourceArn: arnOf(number), tags })
    },
    async unmark(number: number, ...keys: string[]): Promise<void> {
      await ecs.untagResource({ resourceArn: arnOf(number), tagKeys: keys.map((key) => `tria:${key}`) })
    },
    /** Begins a deployment, as a deploy does. */
    async begin(number: number): Promise<void> {
      await ecs.updateService({ cluster, service, taskDefinition: arnOf(number), forceNewDeployment: true })
    },
    /** A deployment that comes to serve; `verified` is when a run found it well. */
    async deployed(number: number, verified?: Date): Promise<void> {
      await this.begin(number)
      await small.settled()
      if ((await this.serves()) !== number) throw new Error(`Revision ${number} did not come to serve`)
      if (verified) await this.mark(number, { verified: verified.toISOString() })
    },
    /** One that ECS takes back. */
    async failed(number: number): Promise<void> {
      await this.begin(number)
      for (const deadline = Date.now() + 60_000; (await this.serves()) === number; await Bun.sleep(200)) {
        if (Date.now() > deadline) throw new Error(`Revision ${number} was not taken back`)
      }
      await small.settled()
    },
  }
}

/** What runbooks called, in a time in which a test itself calls nothing. */
export const ofRunbooks = (calls: Call[]) => calls.filter(({ by }) => by === 'sdk-js')

/** Where the policy is that setup offers for those who deploy and roll back. */
export const policies = ({ dir }: Workspace) => join(dir, 'terraform/bootstrap/policies')

/** Calls that change the service, a revision or an image. */
export const changing = (calls: Call[]) =>
  calls
    .map(({ call }) => call)
    .filter((call) => /^(ecs|ecr|application-autoscaling):(?!Describe|List|Get|BatchGet)/.test(call))

export const updates = (calls: Call[]) =>
  calls.filter(({ call, status }) => call === 'ecs:UpdateService' && status === 200).length

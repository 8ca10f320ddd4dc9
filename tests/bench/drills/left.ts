import { S3 } from '@aws-sdk/client-s3'
import { stateBucket } from '../../../runbooks/aws/stack'
import type { Trouble } from '../../rehearsal/small-trouble'
import type { Drill } from './drill'

/** Puts an object into the state bucket, as a run that was killed leaves it. */
async function leave({ small }: Trouble, Key: string, content: object): Promise<() => Promise<unknown>> {
  const s3 = new S3({ ...small.settings, forcePathStyle: true })
  const Bucket = stateBucket('123456789012', small.settings.region)
  await s3.putObject({ Bucket, Key, Body: JSON.stringify(content) })
  return () => s3.deleteObject({ Bucket, Key })
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

/** What people and runs leave behind. */
export const leftDrills: Drill[] = [
  {
    name: 'an emergency that nobody has restored',
    causes: ['emergency-forgotten'],
    async play({ workspace, small }) {
      await workspace.must(['bun', 'runbooks/emergency-shutdown.ts', '--yes'])
      return async () => {
        await workspace.must(['bun', 'runbooks/emergency-restore.ts', '--yes'])
        await small.healthy()
        await small.settled()
      }
    },
  },
  {
    name: 'a model that an emergency switched off',
    causes: ['model-switched-off'],
    async play({ workspace, small }) {
      await workspace.must(['bun', 'runbooks/emergency-shutdown.ts', '--model-only', '--yes'])
      return async () => {
        await workspace.must(['bun', 'runbooks/emergency-restore.ts', '--yes'])
        await small.healthy()
        await small.settled()
      }
    },
    noticed: async () => 'answers come from the documents alone',
  },
  {
    name: 'autoscaling that somebody suspended',
    causes: ['scaling-suspended'],
    async play({ small }) {
      const suspended = { DynamicScalingOutSuspended: true, DynamicScalingInSuspended: true }
      await small.scaling.registerScalableTarget({ ...small.scaled, SuspendedState: suspended })
      return () => small.reset()
    },
    noticed: async () => 'the number of tasks does not follow the load',
  },
  {
    name: 'a lock that a killed deploy has left',
    causes: ['lock-left'],
    play: (trouble) =>
      leave(trouble, trouble.small.stack.lockKey, {
        environment: 'staging',
        who: 'ana (ana@laptop)',
        what: 'deploy',
        run: 'dead0001',
        since: ago(80),
        until: ago(70),
        host: 'a-laptop-that-is-no-more',
        pid: 1,
        started: '1',
      }),
    noticed: async () => 'what was to be deployed is not there',
  },
  {
    name: "Terraform's lock, left by a killed apply",
    causes: ['state-locked'],
    play: (trouble) =>
      leave(trouble, `${trouble.small.stack.stateKey}.tflock`, {
        ID: '7a1c35f3-8c9e-4a3f-9b0c-0e1d2c3b4a59',
        Operation: 'OperationTypeApply',
        Who: 'ana@laptop',
        Version: '1.11.4',
        Created: ago(90),
        Path: trouble.small.stack.stateKey,
        Info: '',
      }),
    noticed: async () => 'no plan and no apply can be made',
  },
]

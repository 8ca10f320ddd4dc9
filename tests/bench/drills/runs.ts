import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { astray, change, deploy, deployed, edited, overIt } from './deploying'
import type { Drill } from './drill'
import { unserved } from './noticed'

/** A deploy with somebody else's key, whom AWS answers so. */
const withKey = (name: string, cause: string, fault: { call: string; kind: string }): Drill => ({
  name,
  causes: [cause],
  async play(trouble) {
    const { workspace } = trouble
    await change(trouble)
    const AWS_ACCESS_KEY_ID = 'AKIASOMEBODYELSE0000'
    await workspace.fault({ ...fault, accessKey: AWS_ACCESS_KEY_ID })
    await workspace.exec(['bun', 'runbooks/deploy.ts', '--yes', '--json'], { env: { AWS_ACCESS_KEY_ID } })
    await workspace.clearFaults()
    // Where it could write no journal there, that stayed here, and goes along with the next run that may.
    await workspace.runbook('history')
    return () => overIt(trouble)
  },
  ready: deployed,
  noticed: unserved,
})

export const runDrills: Drill[] = [
  {
    name: 'a Dockerfile that does not build',
    causes: ['image-not-built'],
    async play(trouble) {
      const mend = await edited(trouble, 'Dockerfile', (text) =>
        text.replace('bun build server/main.ts', 'bun build server/nothing.ts'),
      )
      await deploy(trouble)
      return async () => {
        await mend()
        await overIt(trouble)
      }
    },
    ready: deployed,
    noticed: unserved,
  },
  {
    name: "what Terraform is to make was made by hand, behind Terraform's back",
    causes: ['terraform-refused'],
    async play(trouble) {
      const logs = new CloudWatchLogs(trouble.small.settings)
      await logs.createLogGroup({ logGroupName: '/small/byhand' })
      const mend = await edited(
        trouble,
        'terraform/aws/main.tf',
        (text) => `${text}resource "aws_cloudwatch_log_group" "byhand" {\n  name = "/small/byhand"\n}\n`,
      )
      await deploy(trouble)
      return async () => {
        await mend()
        await overIt(trouble)
      }
    },
    ready: deployed,
    noticed: unserved,
  },
  {
    name: 'a service that Terraform is to lead to a port which its container has not',
    causes: ['terraform-refused'],
    async play(trouble) {
      const second = await astray(trouble)
      const mend = await edited(trouble, 'terraform/aws/main.tf', (text) => `${text}${second}`)
      await deploy(trouble)
      return async () => {
        await mend()
        await overIt(trouble)
      }
    },
    ready: deployed,
    noticed: unserved,
  },
  {
    name: 'a Terraform configuration that is wrong',
    causes: ['infrastructure-failed'],
    async play(trouble) {
      const mend = await edited(
        trouble,
        'terraform/aws/main.tf',
        (text) => `${text}resource "aws_cloudwatch_log_group" "wrong" {\n  name = var.nothing\n}\n`,
      )
      await deploy(trouble)
      return async () => {
        await mend()
        await overIt(trouble)
      }
    },
    ready: deployed,
    noticed: unserved,
  },
  {
    name: 'a deploy that somebody else moved the service over',
    causes: ['deployment-superseded'],
    async play(trouble) {
      const { workspace, small } = trouble
      await change(trouble)
      const before = (await small.service()).deployments![0]!.id
      const running = workspace.spawn(['bun', 'runbooks/deploy.ts', '--yes', '--json', '--force'])
      const output = new Response(running.stdout).text()
      for (let tries = 0; tries < 600; tries++) {
        if ((await small.service()).deployments![0]!.id !== before) break
        await Bun.sleep(100)
      }
      await trouble.move(small.firstRevision)
      await running.exited
      await output
      await small.settled()
      return () => overIt(trouble)
    },
    ready: deployed,
    noticed: unserved,
  },
  {
    name: 'AWS throttles the deploy',
    causes: ['aws-throttles'],
    async play(trouble) {
      await change(trouble)
      await trouble.workspace.fault({ call: 'ecs:UpdateService', kind: 'throttled' })
      await deploy(trouble)
      await trouble.workspace.clearFaults()
      return () => overIt(trouble)
    },
    ready: deployed,
    noticed: unserved,
  },
  withKey('a deploy whose credentials have expired', 'deployer-credentials', {
    call: '*:*',
    kind: 'expired',
  }),
  withKey('a deploy by somebody who may not update the service', 'deployer-lacks-permission', {
    call: 'ecs:UpdateService',
    kind: 'denied',
  }),
]

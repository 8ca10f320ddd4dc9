import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { smallTerraform } from '../../rehearsal/small-terraform'
import type { Trouble } from '../../rehearsal/small-trouble'
import type { Drill } from './drill'
import { unserved } from './noticed'

const deploy = ({ workspace }: Trouble) => workspace.runbook('deploy')

/** Real Terraform in the place of the environment's own: a few log groups, and what a deploy goes by. Made once. */
let made: Promise<unknown> | undefined
export const terraform = (trouble: Trouble) => {
  made ??= (async () => {
    const small = await smallTerraform(trouble.workspace)
    const file = join(trouble.workspace.dir, 'terraform/aws/main.tf')
    await writeFile(file, (await readFile(file, 'utf8')) + (await template(trouble)))
    await trouble.workspace.commit('The task definition')
    await small.apply()
  })()
  return made
}

/** The served task definition and its network, as Terraform has them. */
async function template({ small }: Trouble): Promise<string> {
  const { taskDefinition } = await small.ecs.describeTaskDefinition({ taskDefinition: small.firstRevision })
  const { family, cpu, memory, executionRoleArn, containerDefinitions } = taskDefinition!
  const network = (await small.service()).networkConfiguration!.awsvpcConfiguration!
  return `resource "aws_ecs_task_definition" "app" {
  family                   = "${family}"
  cpu                      = ${cpu}
  memory                   = ${memory}
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  execution_role_arn       = "${executionRoleArn}"
  container_definitions    = ${JSON.stringify(JSON.stringify(containerDefinitions))}
}
output "task_subnet_ids" { value = ${JSON.stringify(network.subnets)} }
output "ecs_security_group_id" { value = "${network.securityGroups![0]}" }
output "assign_public_ip" { value = true }
`
}

/** A file that is broken in one commit and whole again in the next. */
async function edited({ workspace }: Trouble, path: string, broken: (text: string) => string) {
  const file = join(workspace.dir, path)
  const whole = await readFile(file, 'utf8')
  await writeFile(file, broken(whole))
  await workspace.commit(`Break ${path}`)
  return async () => {
    await writeFile(file, whole)
    await workspace.commit(`Mend ${path}`)
  }
}

/** Terraform is there, and what is committed serves. */
export async function deployed(trouble: Trouble): Promise<void> {
  await terraform(trouble)
  if (await unserved(trouble)) await overIt(trouble)
}

/** A commit that waits to be deployed. */
export async function change({ workspace }: Trouble): Promise<void> {
  await writeFile(join(workspace.dir, 'CHANGES.md'), `${crypto.randomUUID()}\n`)
  await workspace.commit('Something to deploy')
}

/** A later run that ends well, so that the failed one is over. */
async function overIt(trouble: Trouble): Promise<void> {
  const run = await deploy(trouble)
  if (run.exitCode !== 0) throw new Error(`It is not mended: ${JSON.stringify(run.events.slice(-4))}`)
}

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
  {
    name: 'a deploy whose credentials have expired',
    causes: ['deployer-credentials'],
    async play(trouble) {
      const { workspace } = trouble
      await change(trouble)
      const AWS_ACCESS_KEY_ID = 'AKIAEXPIRED000000000'
      await workspace.fault({ call: '*:*', kind: 'expired', accessKey: AWS_ACCESS_KEY_ID })
      await workspace.exec(['bun', 'runbooks/deploy.ts', '--yes', '--json'], { env: { AWS_ACCESS_KEY_ID } })
      await workspace.clearFaults()
      // Its journal stayed here, and goes along with the next run that has good ones.
      await workspace.runbook('history')
      return () => overIt(trouble)
    },
    ready: deployed,
    noticed: unserved,
  },
]

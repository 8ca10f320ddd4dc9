import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { container } from '../../../runbooks/aws/stack'
import { smallTerraform } from '../../rehearsal/small-terraform'
import type { Trouble } from '../../rehearsal/small-trouble'
import { unserved } from './noticed'

export const deploy = ({ workspace }: Trouble) => workspace.runbook('deploy')

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
export async function edited({ workspace }: Trouble, path: string, broken: (text: string) => string) {
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

/** A further service for Terraform, behind the same target group, at a port that the container has not. */
export async function astray({ small }: Trouble): Promise<string> {
  const { subnets, securityGroups } = (await small.service()).networkConfiguration!.awsvpcConfiguration!
  return `resource "aws_ecs_service" "second" {
  name            = "second"
  cluster         = "${small.stack.cluster}"
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  network_configuration {
    subnets         = ${JSON.stringify(subnets)}
    security_groups = ${JSON.stringify(securityGroups)}
  }
  load_balancer {
    target_group_arn = "${small.targetGroup}"
    container_name   = "${container}"
    container_port   = 9090
  }
}
`
}

/** A later run that ends well, so that the failed one is over. */
export async function overIt(trouble: Trouble): Promise<void> {
  const run = await deploy(trouble)
  if (run.exitCode !== 0) throw new Error(`It is not mended: ${JSON.stringify(run.events.slice(-4))}`)
}

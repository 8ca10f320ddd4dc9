import { IAM } from '@aws-sdk/client-iam'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { executionRole } from '../../rehearsal/small-parts'
import type { Trouble } from '../../rehearsal/small-trouble'
import type { Drill } from './drill'

const secrets = ({ small }: Trouble) => new SecretsManager(small.settings)
const roleOf = ({ small }: Trouble) => `${small.stack.prefix}-execution`

async function dropPolicy(trouble: Trouble): Promise<IAM> {
  const iam = new IAM(trouble.small.settings)
  await iam.deleteRolePolicy({ RoleName: roleOf(trouble), PolicyName: 'start' })
  return iam
}

async function putPolicy(iam: IAM, RoleName: string, Action: string[]): Promise<void> {
  const statement = { Effect: 'Allow', Action, Resource: '*' }
  await iam.putRolePolicy({
    RoleName,
    PolicyName: 'start',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  })
}

const everything = ['ecr:*', 'logs:*', 'secretsmanager:GetSecretValue']

/** A role that lacks one of what a start needs. */
const without = (lacking: string, name: string): Drill => ({
  name,
  causes: ['role-lacks-permission'],
  async play(trouble) {
    const iam = await dropPolicy(trouble)
    await putPolicy(
      iam,
      roleOf(trouble),
      everything.filter((action) => action !== lacking),
    )
    await trouble.move()
    return async () => {
      await putPolicy(iam, roleOf(trouble), everything)
      await trouble.back()
    }
  },
})

/** A further task of the same, started by hand, does not start. */
async function nextTask({ small }: Trouble): Promise<string | undefined> {
  const { cluster } = small.stack
  const { taskDefinition, networkConfiguration } = await small.service()
  const { tasks } = await small.ecs.runTask({
    cluster,
    taskDefinition,
    networkConfiguration,
    launchType: 'FARGATE',
  })
  const task = tasks![0]!.taskArn!
  for (;;) {
    const [seen] = (await small.ecs.describeTasks({ cluster, tasks: [task] })).tasks!
    if (seen!.lastStatus === 'RUNNING') await small.ecs.stopTask({ cluster, task })
    if (seen!.lastStatus === 'STOPPED')
      return seen!.stopCode === 'TaskFailedToStart' ? 'the next task does not start' : undefined
    await Bun.sleep(200)
  }
}

/** What a task reads and becomes. */
export const roleDrills: Drill[] = [
  {
    name: "a secret that was deleted behind Terraform's back",
    causes: ['secret-missing'],
    async play(trouble) {
      const SecretId = trouble.small.stack.inputSecret
      await secrets(trouble).deleteSecret({ SecretId, RecoveryWindowInDays: 7 })
      await trouble.move()
      return async () => {
        await secrets(trouble).restoreSecret({ SecretId })
        await trouble.back()
      }
    },
  },
  {
    name: 'a key that was dropped from a secret',
    causes: ['secret-key-missing'],
    async play(trouble) {
      const SecretId = trouble.small.stack.inputSecret
      const { SecretString } = await secrets(trouble).getSecretValue({ SecretId })
      const { openai_api_key: _, ...rest } = JSON.parse(SecretString!)
      await secrets(trouble).putSecretValue({ SecretId, SecretString: JSON.stringify(rest) })
      await trouble.move()
      return async () => {
        await secrets(trouble).putSecretValue({ SecretId, SecretString: SecretString! })
        await trouble.back()
      }
    },
  },
  without('secretsmanager:GetSecretValue', 'a role that may not read secrets'),
  without('ecr:*', 'a role that may not pull images'),
  without('logs:*', 'a role that may not write logs'),
  {
    name: 'a role that a new policy forbids to read secrets, and that no task has needed since',
    causes: ['role-lacks-permission'],
    async play(trouble) {
      const iam = new IAM(trouble.small.settings)
      const statement = { Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' }
      const policy = { RoleName: roleOf(trouble), PolicyName: 'forbids' }
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
      await iam.putRolePolicy({ ...policy, PolicyDocument })
      return () => iam.deleteRolePolicy(policy)
    },
    noticed: nextTask,
  },
  {
    name: 'a role that no longer trusts ECS',
    causes: ['role-not-assumable'],
    async play(trouble) {
      const iam = new IAM(trouble.small.settings)
      const RoleName = roleOf(trouble)
      const trusts = (Service: string) =>
        iam.updateAssumeRolePolicy({
          RoleName,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
          }),
        })
      await trusts('ec2.amazonaws.com')
      await trouble.move()
      return async () => {
        await trusts('ecs-tasks.amazonaws.com')
        await trouble.back()
      }
    },
  },
  {
    name: 'a role that was deleted',
    causes: ['role-not-assumable'],
    async play(trouble) {
      const iam = await dropPolicy(trouble)
      await iam.deleteRole({ RoleName: roleOf(trouble) })
      await trouble.move()
      return async () => {
        await executionRole(trouble.small.settings, roleOf(trouble))
        await trouble.back()
      }
    },
  },
]

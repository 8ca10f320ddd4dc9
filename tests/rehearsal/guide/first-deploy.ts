import { describe, expect, test } from 'bun:test'
import { minutes, scene, service, stack, terraform } from './scene'

export const firstDeploy = () =>
  describe('the first deploy', () => {
    test(
      'serves two tasks with the commit in their image',
      async () => {
        scene.firstCommit = (await scene.workspace.must(['git', 'rev-parse', 'HEAD'])).stdout.trim()
        scene.firstDeploy = new Date()
        const { exitCode, data, stdout } = await scene.workspace.runbook('deploy')
        expect(exitCode, stdout.slice(-4_000)).toBe(0)
        expect(data.to.commit).toBe(scene.firstCommit)
        expect(data.to.image).toMatch(/@sha256:[0-9a-f]{64}$/)
        const { runningCount, desiredCount, deployments } = await service()
        expect([runningCount, desiredCount, deployments.length]).toEqual([2, 2, 1])
        scene.address = (await terraform('output', '-raw', 'alb_url')).stdout
      },
      8 * minutes,
    )

    test('pushed the image while the database was being made, and no task ever started without it', async () => {
      const calls = await scene.workspace.calls(scene.firstDeploy)
      const at = (call: string) => calls.find((one) => one.call === call)!.time
      const creation = calls.find(({ call }) => call === 'rds:CreateDBInstance')!
      // A call is recorded when it is answered.
      expect(Date.parse(at('ecr:PutImage'))).toBeGreaterThan(Date.parse(creation.time) - creation.ms)
      // Terraform asks for the instance until it is available.
      const waited = calls.filter(
        ({ call, by, time }) =>
          call === 'rds:DescribeDBInstances' && by === 'terraform' && time > at('ecr:PutImage'),
      )
      expect(waited.length).toBeGreaterThan(0)
      // The pushed image and its tag `initial`; a later one only gives a verified image its tag.
      const put = calls.filter(({ call, time }) => call === 'ecr:PutImage' && time < at('ecs:CreateService'))
      expect(put.length).toBe(2)
      expect(at('ecs:RunTask') < at('ecs:CreateService')).toBe(true)
      const stopped = await scene.workspace.aws(
        'ecs',
        'list-tasks',
        '--cluster',
        `${stack}-cluster`,
        '--service-name',
        `${stack}-service`,
        '--desired-status',
        'STOPPED',
      )
      expect(stopped.taskArns).toEqual([])
    })

    test(
      'terraform plan by hand says no changes',
      async () => {
        const { exitCode, stdout } = await terraform(
          'plan',
          '-detailed-exitcode',
          '-input=false',
          '-no-color',
        )
        expect(exitCode, stdout.slice(-3_000)).toBe(0)
      },
      2 * minutes,
    )

    test('no state file, plan or tfvars holds a secret', async () => {
      const { SecretString } = await scene.workspace.aws(
        'secretsmanager',
        'get-secret-value',
        '--secret-id',
        `${stack}/inputs`,
      )
      const secrets = Object.values(JSON.parse(SecretString) as Record<string, string>).filter(Boolean)
      const state = (await terraform('state', 'pull')).stdout
      expect(state.length).toBeGreaterThan(10_000)
      const plans = await scene.workspace.must([
        'sh',
        '-c',
        'cat terraform/aws/*.tfvars* terraform/aws/environments/* .rehearsal/runbooks/plans/* .rehearsal/runbooks/journal/* 2>/dev/null | strings',
      ])
      for (const secret of secrets) {
        expect(state).not.toContain(secret)
        expect(plans.stdout).not.toContain(secret)
      }
    })
  })

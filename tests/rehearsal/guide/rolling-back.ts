import { describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { doorAt } from '../../../runbooks/aws/door'
import { load } from '../../../runbooks/rehearsal/stage/traffic'
import { ask, minutes, scene, service, stack } from './scene'

export const rollingBack = () =>
  describe('rolling back', () => {
    test(
      '10.1 to the revision before, which was verified, and forward again by its number',
      async () => {
        const before = await service()
        const since = new Date()
        const { exitCode, data, stdout } = await scene.workspace.runbook('rollback')
        expect(exitCode, stdout.slice(-3_000)).toBe(0)
        expect(data.to.commit).toBe(scene.firstCommit)
        expect(data.from.taskDefinition).toBe(before.taskDefinition)
        expect((await service()).taskDefinition).toBe(data.to.taskDefinition)
        expect((await ask('What is your refund policy?', 'rolled-back')).message).toContain('30 days')
        const calls = await scene.workspace.calls(since)
        expect(calls.filter(({ call }) => call === 'ecs:UpdateService')).toHaveLength(1)
        const forward = await scene.workspace.runbook(
          'rollback',
          '--to',
          before.taskDefinition.split(':').at(-1),
        )
        expect(forward.exitCode, forward.stdout.slice(-3_000)).toBe(0)
        expect((await service()).taskDefinition).toBe(before.taskDefinition)
      },
      4 * minutes,
    )

    test(
      '10.2 the infrastructure of an earlier commit, on the state of today; the service goes on',
      async () => {
        const values = join(scene.workspace.dir, 'terraform/aws/environments/staging.tfvars')
        const original = await readFile(values, 'utf8')
        const days = async () =>
          (
            await scene.workspace.aws(
              'logs',
              'describe-log-groups',
              '--log-group-name-prefix',
              `/ecs/${stack}`,
            )
          ).logGroups[0].retentionInDays
        const before = await days()
        await writeFile(values, `${original}\nlog_retention_days = ${before === 30 ? 60 : 30}\n`)
        const earlier = await scene.workspace.commit('Keep logs for another time')
        await writeFile(values, original)
        await scene.workspace.commit('Keep logs as before')
        const { taskDefinition } = await service()
        const traffic = load(doorAt(scene.address))
        const run = await scene.workspace.runbook('rollback', '--infrastructure', '--to-commit', earlier)
        const { failed } = await traffic.stop()
        expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
        expect(run.data).toMatchObject({ applied: true, plan: { create: 0, destroy: 0, replace: 0 } })
        expect(await days()).not.toBe(before)
        expect(failed).toEqual([])
        expect((await service()).taskDefinition).toBe(taskDefinition)
      },
      4 * minutes,
    )
  })

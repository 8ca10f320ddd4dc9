import { describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { doorAt } from '../../../runbooks/aws/door'
import { load } from '../../../runbooks/rehearsal/stage/traffic'
import { ask, minutes, scene, service, writes } from './scene'

export const deployingAgain = () =>
  describe('deploying again', () => {
    test(
      'the same commit: nothing is pushed, registered or moved; the rule that was opened again is adopted as it is',
      async () => {
        const since = new Date()
        const { exitCode, events } = await scene.workspace.runbook('deploy')
        expect(exitCode).toBe(0)
        const adopted = events.filter(
          ({ type, title }) => type === 'step.changing' && /^Adopt sgr-/.test(title ?? ''),
        )
        expect(adopted).toHaveLength(1)
        const calls = (await scene.workspace.calls(since)).map(({ call }) => call)
        for (const call of [
          'ecr:PutImage',
          'ecs:RegisterTaskDefinition',
          'ecs:UpdateService',
          'rds:ModifyDBInstance',
          'ec2:AuthorizeSecurityGroupIngress',
          'ec2:ModifySecurityGroupRules',
          'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
          'ec2:CreateTags',
        ])
          expect(calls).not.toContain(call)
      },
      3 * minutes,
    )

    test(
      'a new commit under load: one UpdateService, no infrastructure touched, no failed request',
      async () => {
        const page = join(scene.workspace.dir, 'server/knowledge/refunds.md')
        await writeFile(
          page,
          `${await readFile(page, 'utf8')}\nRefunds are also given for colours that disappoint.\n`,
        )
        const commit = await scene.workspace.commit('Say more about refunds')
        const since = new Date()
        const traffic = load(doorAt(scene.address))
        const { exitCode, data, stdout } = await scene.workspace.runbook('deploy')
        const { requests, failed } = await traffic.stop()
        expect(exitCode, stdout.slice(-3_000)).toBe(0)
        expect(data.to.commit).toBe(commit)
        expect(data.from.commit).toBe(scene.firstCommit)
        expect(requests).toBeGreaterThan(50)
        expect(failed).toEqual([])
        const calls = await scene.workspace.calls(since)
        expect(calls.filter(({ call }) => call === 'ecs:UpdateService')).toHaveLength(1)
        expect(
          calls.filter(
            ({ by, call }) => by === 'terraform' && writes([{ call }]).length > 0 && !call.startsWith('s3:'),
          ),
        ).toEqual([])
      },
      4 * minutes,
    )

    test(
      'a broken image: exit 1, the cause from its own log, and the old version still answers',
      async () => {
        const main = join(scene.workspace.dir, 'server/main.ts')
        const before = await service()
        await writeFile(
          main,
          `if (process.argv[2] !== 'migrate') throw new Error('the paint is still wet')\n${await readFile(main, 'utf8')}`,
        )
        await scene.workspace.commit('Break the start')
        const traffic = load(doorAt(scene.address))
        const { exitCode, data, stdout } = await scene.workspace.runbook('deploy')
        const { failed } = await traffic.stop()
        expect(exitCode).toBe(1)
        expect(data.rolledBack).toBe(true)
        expect(data.cause).toMatch(/exited with code 1/)
        expect(stdout).toContain('the paint is still wet')
        expect(failed).toEqual([])
        expect((await service()).taskDefinition).toBe(before.taskDefinition)
        expect((await ask('What is your refund policy?', 'after-the-break')).message).toContain('30 days')
        await scene.workspace.must(['git', 'checkout', '-q', 'HEAD~1', '--', 'server/main.ts'])
        await scene.workspace.commit('Mend the start')
      },
      6 * minutes,
    )
  })

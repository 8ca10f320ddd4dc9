import { describe, expect, test } from 'bun:test'
import { ask, minutes, scene, stack, terraform } from './scene'

export const byHand = () =>
  describe('by hand, with the guide in the other hand', () => {
    test('6.1 health is exactly as documented, 6.2 the documentation opens', async () => {
      expect((await scene.workspace.must(['curl', '-sf', `${scene.address}/health`])).stdout).toBe(
        '{"status":"healthy","version":"1.1.0"}',
      )
      expect((await scene.workspace.must(['curl', '-sf', `${scene.address}/docs`])).stdout).toContain('<html')
    })

    test('6.3 the refund policy, from the policies, and then from the cache', async () => {
      const { stdout } = await scene.workspace.must([
        'curl',
        '-s',
        '-X',
        'POST',
        `${scene.address}/api/chatbot`,
        '-H',
        'Content-Type: application/json',
        '-d',
        '{"message": "What is your refund policy?", "session_id": "test-session-001"}',
      ])
      const answer = JSON.parse(stdout)
      expect(answer.message).toMatch(/^Our refund policy allows returns within 30 days/)
      expect(answer.session_id).toBe('test-session-001')
      expect(answer.metadata.processing_time).toMatch(/^\d+(\.\d+)?s$/)
      expect((await ask('What is your refund policy?', 'test-session-002')).metadata.from_cache).toBe(true)
    })

    test('6.4 the service', async () => {
      const { stdout } = await scene.workspace.must([
        'aws',
        'ecs',
        'describe-services',
        '--cluster',
        `${stack}-cluster`,
        '--services',
        `${stack}-service`,
        '--region',
        'us-east-1',
        '--query',
        'services[0].[serviceName,status,runningCount,desiredCount]',
        '--output',
        'json',
      ])
      expect(JSON.parse(stdout)).toEqual([`${stack}-service`, 'ACTIVE', 2, 2])
    })

    test(
      '6.5 the logs have the request that was just made',
      async () => {
        const id = `by-hand-${Date.now()}`
        const { headers } = await fetch(`${scene.address}/health`, { headers: { 'x-request-id': id } })
        await ask('What are your opening hours?', id)
        for (let tries = 0; ; tries++) {
          const { events } = await scene.workspace.aws(
            'logs',
            'filter-log-events',
            '--log-group-name',
            `/ecs/${stack}`,
          )
          const text = events.map(({ message }: { message: string }) => message).join('\n')
          if (text.includes('/api/chatbot')) break
          expect(tries, `no request in the log; answered by ${headers.get('server')}`).toBeLessThan(20)
          await Bun.sleep(500)
        }
      },
      minutes,
    )

    test(
      '8.2 to 8.4: tasks, targets, and the security group that admits 5432 from the tasks alone',
      async () => {
        const { taskArns } = await scene.workspace.aws(
          'ecs',
          'list-tasks',
          '--cluster',
          `${stack}-cluster`,
          '--service-name',
          `${stack}-service`,
        )
        const { tasks } = await scene.workspace.aws(
          'ecs',
          'describe-tasks',
          '--cluster',
          `${stack}-cluster`,
          '--tasks',
          ...taskArns,
        )
        expect(tasks.map(({ lastStatus }: { lastStatus: string }) => lastStatus)).toEqual([
          'RUNNING',
          'RUNNING',
        ])
        const groups = await scene.workspace.aws('elbv2', 'describe-target-groups', '--names', `${stack}-tg`)
        const health = await scene.workspace.aws(
          'elbv2',
          'describe-target-health',
          '--target-group-arn',
          groups.TargetGroups[0].TargetGroupArn,
        )
        expect(health.TargetHealthDescriptions.map((one: any) => one.TargetHealth.State)).toEqual([
          'healthy',
          'healthy',
        ])
        const id = (await terraform('output', '-raw', 'rds_security_group_id')).stdout
        const { SecurityGroups } = await scene.workspace.aws(
          'ec2',
          'describe-security-groups',
          '--group-ids',
          id,
        )
        const [rule] = SecurityGroups[0].IpPermissions
        expect([rule.FromPort, rule.ToPort, rule.UserIdGroupPairs.length, rule.IpRanges.length]).toEqual([
          5432, 5432, 1, 0,
        ])
      },
      minutes,
    )

    test(
      '8.4 a shell in a running task sees the scene.address of the database',
      async () => {
        const { taskArns } = await scene.workspace.aws(
          'ecs',
          'list-tasks',
          '--cluster',
          `${stack}-cluster`,
          '--service-name',
          `${stack}-service`,
        )
        const { stdout } = await scene.workspace.exec([
          'aws',
          'ecs',
          'execute-command',
          '--cluster',
          `${stack}-cluster`,
          '--task',
          taskArns[0].split('/').at(-1),
          '--container',
          'tria-aibpo-backend',
          '--interactive',
          '--command',
          'printenv DATABASE_URL',
        ])
        expect(stdout).toMatch(/@[^/]*\.rds\.amazonaws\.com:5432\//)
      },
      minutes,
    )

    test('10.1 the newest revisions, and the mark of a verified one', async () => {
      const { taskDefinitionArns } = await scene.workspace.aws(
        'ecs',
        'list-task-definitions',
        '--family-prefix',
        `${stack}-task`,
        '--sort',
        'DESC',
        '--max-items',
        '5',
      )
      const { tags } = await scene.workspace.aws(
        'ecs',
        'list-tags-for-resource',
        '--resource-arn',
        taskDefinitionArns[0],
      )
      const marks = Object.fromEntries(
        tags.map(({ key, value }: { key: string; value: string }) => [key, value]),
      )
      expect(marks['tria:commit']).toBe(scene.firstCommit)
      expect(Date.parse(marks['tria:verified'])).toBeGreaterThan(0)
    })
  })

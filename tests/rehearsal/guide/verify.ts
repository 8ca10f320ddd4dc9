import { describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, minutes, scene, stack, terraform } from './scene'

export const verify = () =>
  describe('verify', () => {
    test(
      'looks at twelve things or more, all well, and writes JUnit; troubleshoot finds nothing either',
      async () => {
        const { exitCode, data } = await scene.workspace.runbook(
          'verify',
          '--junit',
          join(scene.workspace.dir, 'verify.xml'),
        )
        expect(exitCode, JSON.stringify(data)).toBe(0)
        expect(data.checks.length).toBeGreaterThanOrEqual(12)
        expect(await readFile(join(scene.workspace.dir, 'verify.xml'), 'utf8')).toContain(
          `tests="${data.checks.length}" failures="0" errors="0"`,
        )
        await scene.workspace.must(['rm', 'verify.xml'])
        const { exitCode: well, data: diagnosis } = await scene.workspace.runbook('troubleshoot')
        expect(diagnosis).toMatchObject({ findings: [], gaps: [] })
        expect(well).toBe(0)
      },
      2 * minutes,
    )

    test(
      'a closed port 5432 is seen: the tasks cannot reach Postgres, exit 3, and answers go on; --fix opens it',
      async () => {
        const rds = (await terraform('output', '-raw', 'rds_security_group_id')).stdout
        const app = (await terraform('output', '-raw', 'ecs_security_group_id')).stdout
        const rule = ['--group-id', rds, '--protocol', 'tcp', '--port', '5432', '--source-group', app]
        await scene.workspace.aws('ec2', 'revoke-security-group-ingress', ...rule)
        try {
          // A connection that stands survives a change of the rules; new tasks must make new ones.
          await scene.workspace.aws(
            'ecs',
            'update-service',
            '--cluster',
            `${stack}-cluster`,
            '--service',
            `${stack}-service`,
            '--force-new-deployment',
          )
          const verified = await until(async () => {
            const run = await scene.workspace.runbook('verify')
            const ready = run.data?.checks?.find(({ id }: { id: string }) => id === 'ready')
            return ready?.status === 'failed' && /database/.test(ready.evidence) ? run : undefined
          })
          expect(verified.exitCode).toBe(3)
          expect((await ask('What is your refund policy?', 'closed-port')).message).toContain('30 days')
        } finally {
          // As Terraform had it: the next deploy takes it up without a change.
          const fixed = await scene.workspace.runbook('troubleshoot', '--fix')
          expect(fixed.data.mended, fixed.stdout.slice(-2_000)).toEqual(['group-closes-database'])
        }
        await until(async () => ((await scene.workspace.runbook('verify')).exitCode === 0 ? true : undefined))
      },
      5 * minutes,
    )
  })

async function until<T>(look: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1_000
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (Date.now() > deadline) throw new Error(`not so after ${seconds} s: ${look}`)
    await Bun.sleep(1_000)
  }
}

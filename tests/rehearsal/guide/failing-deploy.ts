import { describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeServing } from '../../../runbooks/rehearsal/stage/edits'
import { ask, minutes, scene, service, writes } from './scene'

export const failingDeploy = () =>
  describe('a deploy that cannot come to serve', () => {
    const file = (path: string) => join(scene.workspace.dir, path)

    /** Deploys a commit with one file changed, and takes the change back in a commit of its own. */
    async function deployWith(path: string, change: (text: string) => string) {
      const original = await readFile(file(path), 'utf8')
      await writeFile(file(path), change(original))
      await scene.workspace.commit(`Change ${path}`)
      try {
        return await scene.workspace.runbook('deploy')
      } finally {
        await writeFile(file(path), original)
        await scene.workspace.commit(`Change ${path} back`)
      }
    }

    test(
      'a build that fails: exit 1 with what the build said, nothing pushed or registered',
      async () => {
        const since = new Date()
        const { exitCode, stdout } = await deployWith(
          'server/main.ts',
          (text) => `import './nowhere'\n${text}`,
        )
        expect(exitCode).toBe(1)
        expect(stdout).toContain('./nowhere')
        const calls = writes(await scene.workspace.calls(since))
        for (const call of ['ecr:PutImage', 'ecs:RegisterTaskDefinition', 'ecs:UpdateService'])
          expect(calls).not.toContain(call)
      },
      2 * minutes,
    )

    test(
      'a migration that fails: exit 1, its own words, and the service is not moved',
      async () => {
        const since = new Date()
        const before = await service()
        const { exitCode, stdout } = await deployWith(
          'server/main.ts',
          (text) => `if (process.argv[2] === 'migrate') throw new Error('no such column')\n${text}`,
        )
        expect(exitCode).toBe(1)
        expect(stdout).toContain('no such column')
        expect(writes(await scene.workspace.calls(since))).not.toContain('ecs:UpdateService')
        expect((await service()).taskDefinition).toBe(before.taskDefinition)
      },
      2 * minutes,
    )

    test(
      '/health that never answers: exit 1, the health check is named, and the old version still answers',
      async () => {
        const before = await service()
        const { exitCode, data } = await deployWith(
          'server/main.ts',
          beforeServing('await new Promise(() => setInterval(() => {}, 1000))'),
        )
        expect(exitCode).toBe(1)
        expect(data.cause).toMatch(/health/)
        expect(data.rolledBack).toBe(true)
        expect((await service()).taskDefinition).toBe(before.taskDefinition)
        expect((await ask('What is your refund policy?', 'no-health')).message).toContain('30 days')
      },
      10 * minutes,
    )
  })

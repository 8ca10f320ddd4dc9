import { describe, expect, test } from 'bun:test'
import { minutes, scene, writes } from './scene'

export const setup = () =>
  describe('setup', () => {
    test(
      'makes a versioned, encrypted, private bucket, and one secret with every key',
      async () => {
        const { exitCode, data } = await scene.workspace.runbook('setup')
        expect(exitCode).toBe(0)
        const of = ['--bucket', data.bucket]
        expect((await scene.workspace.aws('s3api', 'get-bucket-versioning', ...of)).Status).toBe('Enabled')
        expect(
          (await scene.workspace.aws('s3api', 'get-bucket-encryption', ...of))
            .ServerSideEncryptionConfiguration.Rules,
        ).toHaveLength(1)
        const block = (await scene.workspace.aws('s3api', 'get-public-access-block', ...of))
          .PublicAccessBlockConfiguration
        expect(Object.values(block)).toEqual([true, true, true, true])
        const { SecretString } = await scene.workspace.aws(
          'secretsmanager',
          'get-secret-value',
          '--secret-id',
          data.secret,
        )
        const inputs = JSON.parse(SecretString) as Record<string, string>
        expect(inputs.db_password).toMatch(/^[A-Za-z0-9]{32}$/)
        expect(inputs.openai_api_key).toStartWith('sk-')
        expect(inputs.secret_key!.length).toBeGreaterThanOrEqual(32)
      },
      3 * minutes,
    )

    test(
      'run again, it changes nothing',
      async () => {
        const since = new Date()
        expect((await scene.workspace.runbook('setup')).exitCode).toBe(0)
        // The lock and the journal of the run itself are all that is written.
        const written = (await scene.workspace.calls(since)).filter(({ call, resource }) => {
          return (
            writes([{ call }]).length > 0 &&
            !/\/(locks|journal)\//.test(resource ?? '') &&
            !resource?.endsWith('.tflock')
          )
        })
        expect(written).toEqual([])
      },
      3 * minutes,
    )
  })

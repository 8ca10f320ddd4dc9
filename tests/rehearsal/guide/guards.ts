import { describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { minutes, scene } from './scene'

export const guards = () =>
  describe('guards', () => {
    const bucket = 'tria-aibpo-123456789012-us-east-1-state'
    const key = 'staging/terraform.tfstate'

    /** Puts another state in the place of the environment's, and takes it back afterwards. */
    async function withState(change: (state: any) => any, check: () => Promise<void>) {
      const file = join(scene.workspace.dir, '.rehearsal/state.copy.json')
      await scene.workspace.must(['aws', 's3', 'cp', '--quiet', `s3://${bucket}/${key}`, file])
      const original = await readFile(file, 'utf8')
      try {
        const changed = change(JSON.parse(original))
        if (changed) {
          await writeFile(file, JSON.stringify(changed))
          await scene.workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/${key}`])
        } else await scene.workspace.must(['aws', 's3', 'rm', '--quiet', `s3://${bucket}/${key}`])
        await check()
      } finally {
        await writeFile(file, original)
        await scene.workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/${key}`])
      }
    }
    const refuses = async (sentence: RegExp) => {
      const { exitCode, stdout } = await scene.workspace.runbook('deploy')
      expect(exitCode).toBe(4)
      expect(stdout).toMatch(sentence)
    }

    test(
      'credentials of another account than the state is of',
      () =>
        withState(
          (state) => ({
            ...state,
            outputs: { ...state.outputs, account_id: { ...state.outputs.account_id, value: '999999999999' } },
          }),
          () => refuses(/is of account 999999999999/),
        ),
      minutes,
    )

    test(
      'no state where the environment exists',
      () =>
        withState(
          () => undefined,
          () => refuses(/There is no state for staging/),
        ),
      minutes,
    )

    test(
      'an older state than the last run left',
      () =>
        withState(
          (state) => ({ ...state, serial: 1 }),
          () => refuses(/older \(serial 1\)/),
        ),
      minutes,
    )

    test(
      'the state of another environment',
      () =>
        withState(
          (state) => ({
            ...state,
            outputs: {
              ...state.outputs,
              deployment_summary: {
                ...state.outputs.deployment_summary,
                value: { ...state.outputs.deployment_summary.value, environment: 'production' },
              },
            },
          }),
          () => refuses(/is that of production/),
        ),
      minutes,
    )

    test(
      'a resource that would be replaced is asked for by its name, and --yes is not enough',
      async () => {
        const values = join(scene.workspace.dir, 'terraform/aws/environments/staging.tfvars')
        const original = await readFile(values, 'utf8')
        await writeFile(values, original.replace('tria_admin', 'tria_owner'))
        try {
          const { exitCode, stdout } = await scene.workspace.runbook('deploy')
          expect(exitCode).toBe(4)
          expect(stdout).toContain("--allow-destroy 'aws_db_instance.main")
        } finally {
          await writeFile(values, original)
        }
      },
      2 * minutes,
    )

    test(
      'the lock of the environment is held: refused with who and since when',
      async () => {
        const file = join(scene.workspace.dir, '.rehearsal/lock.json')
        const until = new Date(Date.now() + 600_000).toISOString()
        await writeFile(
          file,
          JSON.stringify({
            run: 'x',
            who: 'ana',
            what: 'deploy',
            since: new Date().toISOString(),
            until,
            host: 'laptop',
            pid: 1,
            process: 'x',
          }),
        )
        await scene.workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/locks/staging.json`])
        try {
          const { exitCode, stdout } = await scene.workspace.runbook('deploy')
          expect(exitCode).toBe(4)
          expect(stdout).toMatch(/ana/)
        } finally {
          await scene.workspace.must(['aws', 's3', 'rm', '--quiet', `s3://${bucket}/locks/staging.json`])
        }
      },
      minutes,
    )

    test(
      "Terraform's own lock is held: exit 1 and a sentence that says by whom",
      async () => {
        const file = join(scene.workspace.dir, '.rehearsal/tflock.json')
        await writeFile(
          file,
          JSON.stringify({
            ID: '0b1f',
            Operation: 'OperationTypeApply',
            Info: '',
            Who: 'ana@laptop',
            Version: '1.11.4',
            Created: new Date().toISOString(),
            Path: `${bucket}/${key}`,
          }),
        )
        await scene.workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/${key}.tflock`])
        try {
          const { exitCode, stdout } = await scene.workspace.runbook('deploy')
          expect(exitCode).toBe(1)
          expect(stdout).toMatch(/ana@laptop/)
        } finally {
          await scene.workspace.must(['aws', 's3', 'rm', '--quiet', `s3://${bucket}/${key}.tflock`])
        }
      },
      2 * minutes,
    )
  })

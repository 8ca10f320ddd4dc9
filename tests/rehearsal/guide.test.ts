import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { doorAt } from '../../runbooks/aws/door'
import { beforeServing } from '../../runbooks/rehearsal/stage/edits'
import { load } from '../../runbooks/rehearsal/stage/traffic'
import { notAllowed, offeredPolicy } from './policy'
import { type Call, Workspace } from './support'

/**
 * The guide from setup to destroy, as its readers run it, in one environment: the tests build on each other, in
 * their order. They assert on the world: answers, counts, calls that were made, exit codes, the state's content.
 */
const minutes = 60_000
const stack = 'tria-aibpo-staging'
let workspace: Workspace
let address = ''
let firstCommit = ''
let firstDeploy = new Date()

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
}, 2 * minutes)
afterAll(() => workspace?.close(), 2 * minutes)

const terraform = (...args: string[]) => workspace.exec(['terraform', '-chdir=terraform/aws', ...args])
const service = async () =>
  (
    await workspace.aws(
      'ecs',
      'describe-services',
      '--cluster',
      `${stack}-cluster`,
      '--services',
      `${stack}-service`,
    )
  ).services[0]
const ask = async (message: string, session_id: string) => {
  const response = await fetch(`${address}/api/chatbot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message, session_id }),
  })
  return {
    status: response.status,
    ...((await response.json()) as { message: string; metadata: Record<string, unknown> }),
  }
}
const writes = (calls: { call: string }[]) =>
  calls
    .map(({ call }) => call)
    .filter((call) => /:(Create|Put|Register|Update|Delete|Run|Modify|Tag)/.test(call))

describe('setup', () => {
  test(
    'makes a versioned, encrypted, private bucket, and one secret with every key',
    async () => {
      const { exitCode, data } = await workspace.runbook('setup')
      expect(exitCode).toBe(0)
      const of = ['--bucket', data.bucket]
      expect((await workspace.aws('s3api', 'get-bucket-versioning', ...of)).Status).toBe('Enabled')
      expect(
        (await workspace.aws('s3api', 'get-bucket-encryption', ...of)).ServerSideEncryptionConfiguration
          .Rules,
      ).toHaveLength(1)
      const block = (await workspace.aws('s3api', 'get-public-access-block', ...of))
        .PublicAccessBlockConfiguration
      expect(Object.values(block)).toEqual([true, true, true, true])
      const { SecretString } = await workspace.aws(
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
      expect((await workspace.runbook('setup')).exitCode).toBe(0)
      // The lock and the journal of the run itself are all that is written.
      const written = (await workspace.calls(since)).filter(({ call, resource }) => {
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

describe('the first deploy', () => {
  test(
    'serves two tasks with the commit in their image',
    async () => {
      firstCommit = (await workspace.must(['git', 'rev-parse', 'HEAD'])).stdout.trim()
      firstDeploy = new Date()
      const { exitCode, data, stdout } = await workspace.runbook('deploy')
      expect(exitCode, stdout.slice(-4_000)).toBe(0)
      expect(data.to.commit).toBe(firstCommit)
      expect(data.to.image).toMatch(/@sha256:[0-9a-f]{64}$/)
      const { runningCount, desiredCount, deployments } = await service()
      expect([runningCount, desiredCount, deployments.length]).toEqual([2, 2, 1])
      address = (await terraform('output', '-raw', 'alb_url')).stdout
    },
    8 * minutes,
  )

  test('pushed the image while the database was being made, and no task ever started without it', async () => {
    const calls = await workspace.calls(firstDeploy)
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
    const stopped = await workspace.aws(
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
      const { exitCode, stdout } = await terraform('plan', '-detailed-exitcode', '-input=false', '-no-color')
      expect(exitCode, stdout.slice(-3_000)).toBe(0)
    },
    2 * minutes,
  )

  test('no state file, plan or tfvars holds a secret', async () => {
    const { SecretString } = await workspace.aws(
      'secretsmanager',
      'get-secret-value',
      '--secret-id',
      `${stack}/inputs`,
    )
    const secrets = Object.values(JSON.parse(SecretString) as Record<string, string>).filter(Boolean)
    const state = (await terraform('state', 'pull')).stdout
    expect(state.length).toBeGreaterThan(10_000)
    const plans = await workspace.must([
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

describe('by hand, with the guide in the other hand', () => {
  test('6.1 health is exactly as documented, 6.2 the documentation opens', async () => {
    expect((await workspace.must(['curl', '-sf', `${address}/health`])).stdout).toBe(
      '{"status":"healthy","version":"1.1.0"}',
    )
    expect((await workspace.must(['curl', '-sf', `${address}/docs`])).stdout).toContain('<html')
  })

  test('6.3 the refund policy, from the policies, and then from the cache', async () => {
    const { stdout } = await workspace.must([
      'curl',
      '-s',
      '-X',
      'POST',
      `${address}/api/chatbot`,
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
    const { stdout } = await workspace.must([
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
      const { headers } = await fetch(`${address}/health`, { headers: { 'x-request-id': id } })
      await ask('What are your opening hours?', id)
      for (let tries = 0; ; tries++) {
        const { events } = await workspace.aws(
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
      const { taskArns } = await workspace.aws(
        'ecs',
        'list-tasks',
        '--cluster',
        `${stack}-cluster`,
        '--service-name',
        `${stack}-service`,
      )
      const { tasks } = await workspace.aws(
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
      const groups = await workspace.aws('elbv2', 'describe-target-groups', '--names', `${stack}-tg`)
      const health = await workspace.aws(
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
      const { SecurityGroups } = await workspace.aws('ec2', 'describe-security-groups', '--group-ids', id)
      const [rule] = SecurityGroups[0].IpPermissions
      expect([rule.FromPort, rule.ToPort, rule.UserIdGroupPairs.length, rule.IpRanges.length]).toEqual([
        5432, 5432, 1, 0,
      ])
    },
    minutes,
  )

  test(
    '8.4 a shell in a running task sees the address of the database',
    async () => {
      const { taskArns } = await workspace.aws(
        'ecs',
        'list-tasks',
        '--cluster',
        `${stack}-cluster`,
        '--service-name',
        `${stack}-service`,
      )
      const { stdout } = await workspace.exec([
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
    const { taskDefinitionArns } = await workspace.aws(
      'ecs',
      'list-task-definitions',
      '--family-prefix',
      `${stack}-task`,
      '--sort',
      'DESC',
      '--max-items',
      '5',
    )
    const { tags } = await workspace.aws(
      'ecs',
      'list-tags-for-resource',
      '--resource-arn',
      taskDefinitionArns[0],
    )
    const marks = Object.fromEntries(
      tags.map(({ key, value }: { key: string; value: string }) => [key, value]),
    )
    expect(marks['tria:commit']).toBe(firstCommit)
    expect(Date.parse(marks['tria:verified'])).toBeGreaterThan(0)
  })
})

describe('verify', () => {
  test(
    'looks at twelve things or more, all well, and writes JUnit; troubleshoot finds nothing either',
    async () => {
      const { exitCode, data } = await workspace.runbook(
        'verify',
        '--junit',
        join(workspace.dir, 'verify.xml'),
      )
      expect(exitCode, JSON.stringify(data)).toBe(0)
      expect(data.checks.length).toBeGreaterThanOrEqual(12)
      expect(await readFile(join(workspace.dir, 'verify.xml'), 'utf8')).toContain(
        `tests="${data.checks.length}" failures="0" errors="0"`,
      )
      await workspace.must(['rm', 'verify.xml'])
      const { exitCode: well, data: diagnosis } = await workspace.runbook('troubleshoot')
      expect(diagnosis).toMatchObject({ findings: [], gaps: [] })
      expect(well).toBe(0)
    },
    2 * minutes,
  )

  test(
    'a closed port 5432 is seen: the tasks cannot reach Postgres, exit 3, and answers go on',
    async () => {
      const rds = (await terraform('output', '-raw', 'rds_security_group_id')).stdout
      const app = (await terraform('output', '-raw', 'ecs_security_group_id')).stdout
      const rule = ['--group-id', rds, '--protocol', 'tcp', '--port', '5432', '--source-group', app]
      await workspace.aws('ec2', 'revoke-security-group-ingress', ...rule)
      try {
        // A connection that stands survives a change of the rules; new tasks must make new ones.
        await workspace.aws(
          'ecs',
          'update-service',
          '--cluster',
          `${stack}-cluster`,
          '--service',
          `${stack}-service`,
          '--force-new-deployment',
        )
        const verified = await until(async () => {
          const run = await workspace.runbook('verify')
          const ready = run.data?.checks?.find(({ id }: { id: string }) => id === 'ready')
          return ready?.status === 'failed' && /database/.test(ready.evidence) ? run : undefined
        })
        expect(verified.exitCode).toBe(3)
        expect((await ask('What is your refund policy?', 'closed-port')).message).toContain('30 days')
      } finally {
        // Terraform puts back what is missing.
        await workspace.must(['terraform', '-chdir=terraform/aws', 'apply', '-auto-approve', '-input=false'])
      }
      await until(async () => ((await workspace.runbook('verify')).exitCode === 0 ? true : undefined))
    },
    5 * minutes,
  )
})

describe('deploying again', () => {
  test(
    'the same commit: nothing is pushed, registered or moved',
    async () => {
      const since = new Date()
      const { exitCode } = await workspace.runbook('deploy')
      expect(exitCode).toBe(0)
      const calls = writes(await workspace.calls(since))
      for (const call of [
        'ecr:PutImage',
        'ecs:RegisterTaskDefinition',
        'ecs:UpdateService',
        'rds:ModifyDBInstance',
      ])
        expect(calls).not.toContain(call)
    },
    3 * minutes,
  )

  test(
    'a new commit under load: one UpdateService, no infrastructure touched, no failed request',
    async () => {
      const page = join(workspace.dir, 'server/knowledge/refunds.md')
      await writeFile(
        page,
        `${await readFile(page, 'utf8')}\nRefunds are also given for colours that disappoint.\n`,
      )
      const commit = await workspace.commit('Say more about refunds')
      const since = new Date()
      const traffic = load(doorAt(address))
      const { exitCode, data, stdout } = await workspace.runbook('deploy')
      const { requests, failed } = await traffic.stop()
      expect(exitCode, stdout.slice(-3_000)).toBe(0)
      expect(data.to.commit).toBe(commit)
      expect(data.from.commit).toBe(firstCommit)
      expect(requests).toBeGreaterThan(50)
      expect(failed).toEqual([])
      const calls = await workspace.calls(since)
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
      const main = join(workspace.dir, 'server/main.ts')
      const before = await service()
      await writeFile(
        main,
        `if (process.argv[2] !== 'migrate') throw new Error('the paint is still wet')\n${await readFile(main, 'utf8')}`,
      )
      await workspace.commit('Break the start')
      const traffic = load(doorAt(address))
      const { exitCode, data, stdout } = await workspace.runbook('deploy')
      const { failed } = await traffic.stop()
      expect(exitCode).toBe(1)
      expect(data.rolledBack).toBe(true)
      expect(data.cause).toMatch(/exited with code 1/)
      expect(stdout).toContain('the paint is still wet')
      expect(failed).toEqual([])
      expect((await service()).taskDefinition).toBe(before.taskDefinition)
      expect((await ask('What is your refund policy?', 'after-the-break')).message).toContain('30 days')
      await workspace.must(['git', 'checkout', '-q', 'HEAD~1', '--', 'server/main.ts'])
      await workspace.commit('Mend the start')
    },
    6 * minutes,
  )
})

describe('a deploy that cannot come to serve', () => {
  const file = (path: string) => join(workspace.dir, path)

  /** Deploys a commit with one file changed, and takes the change back in a commit of its own. */
  async function deployWith(path: string, change: (text: string) => string) {
    const original = await readFile(file(path), 'utf8')
    await writeFile(file(path), change(original))
    await workspace.commit(`Change ${path}`)
    try {
      return await workspace.runbook('deploy')
    } finally {
      await writeFile(file(path), original)
      await workspace.commit(`Change ${path} back`)
    }
  }

  test(
    'a build that fails: exit 1 with what the build said, nothing pushed or registered',
    async () => {
      const since = new Date()
      const { exitCode, stdout } = await deployWith('server/main.ts', (text) => `import './nowhere'\n${text}`)
      expect(exitCode).toBe(1)
      expect(stdout).toContain('./nowhere')
      const calls = writes(await workspace.calls(since))
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
      expect(writes(await workspace.calls(since))).not.toContain('ecs:UpdateService')
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

describe('rolling back', () => {
  test(
    '10.1 to the revision before, which was verified, and forward again by its number',
    async () => {
      const before = await service()
      const since = new Date()
      const { exitCode, data, stdout } = await workspace.runbook('rollback')
      expect(exitCode, stdout.slice(-3_000)).toBe(0)
      expect(data.to.commit).toBe(firstCommit)
      expect(data.from.taskDefinition).toBe(before.taskDefinition)
      expect((await service()).taskDefinition).toBe(data.to.taskDefinition)
      expect((await ask('What is your refund policy?', 'rolled-back')).message).toContain('30 days')
      const calls = await workspace.calls(since)
      expect(calls.filter(({ call }) => call === 'ecs:UpdateService')).toHaveLength(1)
      const forward = await workspace.runbook('rollback', '--to', before.taskDefinition.split(':').at(-1))
      expect(forward.exitCode, forward.stdout.slice(-3_000)).toBe(0)
      expect((await service()).taskDefinition).toBe(before.taskDefinition)
    },
    4 * minutes,
  )

  test(
    '10.2 the infrastructure of an earlier commit, on the state of today; the service goes on',
    async () => {
      const values = join(workspace.dir, 'terraform/aws/environments/staging.tfvars')
      const original = await readFile(values, 'utf8')
      const days = async () =>
        (await workspace.aws('logs', 'describe-log-groups', '--log-group-name-prefix', `/ecs/${stack}`))
          .logGroups[0].retentionInDays
      const before = await days()
      await writeFile(values, `${original}\nlog_retention_days = ${before === 30 ? 60 : 30}\n`)
      const earlier = await workspace.commit('Keep logs for another time')
      await writeFile(values, original)
      await workspace.commit('Keep logs as before')
      const { taskDefinition } = await service()
      const traffic = load(doorAt(address))
      const run = await workspace.runbook('rollback', '--infrastructure', '--to-commit', earlier)
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

describe('guards', () => {
  const bucket = 'tria-aibpo-123456789012-us-east-1-state'
  const key = 'staging/terraform.tfstate'

  /** Puts another state in the place of the environment's, and takes it back afterwards. */
  async function withState(change: (state: any) => any, check: () => Promise<void>) {
    const file = join(workspace.dir, '.rehearsal/state.copy.json')
    await workspace.must(['aws', 's3', 'cp', '--quiet', `s3://${bucket}/${key}`, file])
    const original = await readFile(file, 'utf8')
    try {
      const changed = change(JSON.parse(original))
      if (changed) {
        await writeFile(file, JSON.stringify(changed))
        await workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/${key}`])
      } else await workspace.must(['aws', 's3', 'rm', '--quiet', `s3://${bucket}/${key}`])
      await check()
    } finally {
      await writeFile(file, original)
      await workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/${key}`])
    }
  }
  const refuses = async (sentence: RegExp) => {
    const { exitCode, stdout } = await workspace.runbook('deploy')
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
      const values = join(workspace.dir, 'terraform/aws/environments/staging.tfvars')
      const original = await readFile(values, 'utf8')
      await writeFile(values, original.replace('tria_admin', 'tria_owner'))
      try {
        const { exitCode, stdout } = await workspace.runbook('deploy')
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
      const file = join(workspace.dir, '.rehearsal/lock.json')
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
      await workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/locks/staging.json`])
      try {
        const { exitCode, stdout } = await workspace.runbook('deploy')
        expect(exitCode).toBe(4)
        expect(stdout).toMatch(/ana/)
      } finally {
        await workspace.must(['aws', 's3', 'rm', '--quiet', `s3://${bucket}/locks/staging.json`])
      }
    },
    minutes,
  )

  test(
    "Terraform's own lock is held: exit 1 and a sentence that says by whom",
    async () => {
      const file = join(workspace.dir, '.rehearsal/tflock.json')
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
      await workspace.must(['aws', 's3', 'cp', '--quiet', file, `s3://${bucket}/${key}.tflock`])
      try {
        const { exitCode, stdout } = await workspace.runbook('deploy')
        expect(exitCode).toBe(1)
        expect(stdout).toMatch(/ana@laptop/)
      } finally {
        await workspace.must(['aws', 's3', 'rm', '--quiet', `s3://${bucket}/${key}.tflock`])
      }
    },
    2 * minutes,
  )
})

describe('destroy', () => {
  test(
    'removes all: no resource in the state, nothing that costs money, the address is silent',
    async () => {
      const { exitCode, data, stdout } = await workspace.runbook('destroy')
      expect(exitCode, stdout.slice(-3_000)).toBe(0)
      expect(data.remaining).toEqual([])
      expect((await terraform('state', 'list')).stdout.trim()).toBe('')
      expect(fetch(`${address}/health`)).rejects.toThrow()
      const { loadBalancers } = {
        loadBalancers: (await workspace.aws('elbv2', 'describe-load-balancers')).LoadBalancers,
      }
      expect(loadBalancers).toEqual([])
    },
    5 * minutes,
  )

  test('the policy that setup offers allows every call that a deploy, verify and destroy made', async () => {
    const lines = (await readFile(join(workspace.dir, '.rehearsal/calls.jsonl'), 'utf8'))
      .split('\n')
      .filter(Boolean)
    const calls = lines
      .map((line) => JSON.parse(line) as Call)
      .filter(({ by, time }) => (by === 'terraform' || by === 'sdk-js') && time >= firstDeploy.toISOString())
    expect(calls.length).toBeGreaterThan(500)
    expect(notAllowed(calls, offeredPolicy(join(workspace.dir, 'terraform/bootstrap/policies')))).toEqual([])
  })

  test('no API call was unknown to the rehearsal', async () => {
    const unknown = await fetch(`${workspace.endpoint}/_rehearsal/unknown`).then((answer) => answer.json())
    expect(unknown).toEqual([])
  })
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

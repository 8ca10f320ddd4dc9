import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readlinkSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Workspace } from './support'

/**
 * A runbook that is stopped in the middle, by a signal or by the power, and then the same command again: it
 * converges, no child is left at work, and nothing is made twice.
 */
const minutes = 60_000
const stack = 'tria-aibpo-staging'
const bucket = 'tria-aibpo-123456789012-us-east-1-state'
let workspace: Workspace

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
}, 2 * minutes)
afterAll(() => workspace?.close(), 2 * minutes)

/** Starts a runbook and sends a signal as soon as a step of this title is under way (and so many seconds later). */
async function stopped(
  name: string,
  title: string,
  signal: NodeJS.Signals,
  afterMs = 0,
  andWith = async () => {},
): Promise<number> {
  const child = workspace.spawn(['bun', `runbooks/${name}.ts`, '--yes', '--json'])
  let seen = false
  for await (const line of lines(child.stdout)) {
    if (seen || !line.includes('"step.started"') || !line.includes(`"title":"${title}"`)) continue
    seen = true
    setTimeout(() => {
      child.kill(signal)
      void andWith()
    }, afterMs)
  }
  const exitCode = await child.exited
  if (!seen) throw new Error(`${name} never came to "${title}": exit ${exitCode}`)
  return exitCode
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

/** Processes of this workspace's Terraform, docker and runbooks, as `ps` names them. */
async function atWork(): Promise<string[]> {
  const { stdout } = await workspace.must(['ps', '-eo', 'pid=,args='])
  return stdout
    .split('\n')
    .filter((line) => line.includes(workspace.dir) || folderOf(line).startsWith(workspace.dir))
    .filter((line) =>
      /terraform -chdir|terraform-provider|bin\/docker|runbooks\/(setup|deploy|destroy)\.ts/.test(line),
    )
}

function folderOf(line: string): string {
  try {
    return readlinkSync(`/proc/${Number.parseInt(line, 10)}/cwd`)
  } catch {
    // It has ended, or this is no Linux.
    return ''
  }
}

async function killTerraform(): Promise<void> {
  for (const line of await atWork())
    if (line.includes('terraform')) process.kill(Number.parseInt(line, 10), 'SIGKILL')
}

async function another(what: string): Promise<string> {
  await appendFile(join(workspace.dir, 'server/knowledge/refunds.md'), `\n${what}.\n`)
  return workspace.commit(what)
}

const revisions = async () =>
  (await workspace.aws('ecs', 'list-task-definitions', '--family-prefix', `${stack}-task`)).taskDefinitionArns
    .length

async function converges(name: string): Promise<void> {
  const { exitCode, stdout } = await workspace.runbook(name)
  expect(exitCode, stdout.slice(-3_000)).toBe(0)
  expect(await atWork()).toEqual([])
}

describe('kill -9, then the same command again', () => {
  test(
    'setup, while the bucket is being made',
    async () => {
      await stopped('setup', 'Create the state bucket', 'SIGKILL', 1_000)
      await converges('setup')
      const { Buckets } = await workspace.aws('s3api', 'list-buckets')
      expect(Buckets).toHaveLength(1)
    },
    5 * minutes,
  )

  test(
    'the first deploy, in the middle of the infrastructure',
    async () => {
      await stopped('deploy', 'Create the infrastructure', 'SIGKILL', 25_000)
      await converges('deploy')
      expect((await workspace.runbook('verify')).exitCode).toBe(0)
      const { exitCode } = await workspace.exec([
        'terraform',
        '-chdir=terraform/aws',
        'plan',
        '-detailed-exitcode',
        '-input=false',
      ])
      expect(exitCode).toBe(0)
    },
    10 * minutes,
  )

  for (const title of [
    'Build the image',
    'Push the image',
    'Migrate the database',
    'Update the service',
    'Follow the deployment',
  ]) {
    test(
      `a later deploy, at "${title}"`,
      async () => {
        const commit = await another(`Killed at ${title}`)
        const before = await revisions()
        expect(await stopped('deploy', title, 'SIGKILL', 300)).not.toBe(0)
        await converges('deploy')
        expect(await revisions()).toBe(before + 1)
        const { tags } = await workspace.aws(
          'ecs',
          'list-tags-for-resource',
          '--resource-arn',
          await running(),
        )
        expect(tags).toContainEqual({ key: 'tria:commit', value: commit })
      },
      4 * minutes,
    )
  }
})

test(
  'the power goes: Terraform dies with the runbook, and the lock that it leaves keeps nobody out',
  async () => {
    await another('Power cut')
    const lock = `s3://${bucket}/staging/terraform.tfstate.tflock`
    const held = async () => (await workspace.exec(['aws', 's3', 'ls', lock])).exitCode === 0
    await stopped('deploy', 'Plan', 'SIGKILL', 2_500, killTerraform)
    await killTerraform()
    expect(await held()).toBe(true)
    await converges('deploy')
    expect(await held()).toBe(false)
  },
  4 * minutes,
)

describe('Ctrl-C and SIGTERM', () => {
  for (const [signal, title] of [
    ['SIGINT', 'Plan'],
    ['SIGTERM', 'Build the image'],
    ['SIGINT', 'Follow the deployment'],
  ] as const) {
    test(
      `${signal} at "${title}": exit 130, no child survives, and the lock is free`,
      async () => {
        await another(`${signal} at ${title}`)
        expect(await stopped('deploy', title, signal, 200)).toBe(130)
        expect(await atWork()).toEqual([])
        const { Contents = [] } = await workspace.aws('s3api', 'list-objects-v2', '--bucket', bucket)
        expect(
          Contents.map(({ Key }: { Key: string }) => Key).filter((key: string) => /lock/.test(key)),
        ).toEqual([])
      },
      4 * minutes,
    )
  }
})

test('... and the same command brings it to its end', () => converges('deploy'), 4 * minutes)

test(
  'kill -9 of destroy, then the same command again, removes all',
  async () => {
    await stopped('destroy', 'Destroy the infrastructure', 'SIGKILL', 20_000)
    await converges('destroy')
    const { stdout } = await workspace.must(['terraform', '-chdir=terraform/aws', 'state', 'list'])
    expect(stdout.trim()).toBe('')
    expect((await workspace.aws('elbv2', 'describe-load-balancers')).LoadBalancers).toEqual([])
  },
  8 * minutes,
)

async function running(): Promise<string> {
  const { services } = await workspace.aws(
    'ecs',
    'describe-services',
    '--cluster',
    `${stack}-cluster`,
    '--services',
    `${stack}-service`,
  )
  return services[0].taskDefinition
}

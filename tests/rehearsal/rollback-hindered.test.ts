import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ECR } from '@aws-sdk/client-ecr'
import { notAllowed, offeredPolicy } from './policy'
import { changing, ofRunbooks, pastOf, policies, updates } from './small-past'
import { type SmallStack, smallStack } from './small-stack'
import { type Run, Workspace } from './support'

setDefaultTimeout(120_000)

/**
 * Revisions 1, 2 and 3 served and were verified; 4 never gets healthy, 5 crashes and is believed to have served. Each
 * test begins with 3 at work, and its rollback is to come to 2, whatever gets in its way: never to 1, and not back to 3.
 */
let workspace: Workspace
let small: SmallStack
let past: ReturnType<typeof pastOf>
/** A rollback while the service's first deployment runs. */
let atOnce: Run

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  small = await smallStack(workspace.env, {
    complete: true,
    drain: 0,
    variables: { DRAIN_SECONDS: '0' },
    atFirst: async () => {
      atOnce = await rollback()
    },
  })
  past = pastOf(small)
  await small.revision({ LOG_LEVEL: 'debug' })
  await small.revision()
  // It listens where nobody asks.
  await small.revision({ PORT: '9999' })
  await small.revision({ PORT: 'none' }, { marks: { verified: '2026-01-01T00:00:00.000Z' } })
  await small.settled()
  await past.mark(1, { verified: new Date().toISOString() })
  await past.deployed(2, new Date())
  await past.deployed(3, new Date())
})

afterAll(() => workspace?.close())

beforeEach(async () => {
  await workspace.clearFaults()
  if ((await past.serves()) === 1) await past.deployed(2)
  if ((await past.serves()) !== 3) {
    await past.deployed(3)
    await past.unmark(1, 'left', 'rollback')
    await past.unmark(2, 'left', 'rollback')
    await past.unmark(3, 'left', 'rollback')
    for (const number of [1, 2, 3]) await past.mark(number, { verified: new Date().toISOString() })
  }
  await small.healthy()
})

const rollback = (...flags: string[]) => workspace.runbook('rollback', ...flags)
const errorOf = (run: Run) => run.events.find(({ type }) => type === 'error')!
const verifiedAt = async (number: number) => Date.parse((await past.marks(number)).verified ?? '')

/** Starts a rollback, and sends a signal as soon as a step of that title is under way, or a little later. */
const stopped = (signal: NodeJS.Signals, title: string, afterMs = 0) =>
  during(title, (child) => void setTimeout(() => child.kill(signal), afterMs))

async function during(title: string, happens: (child: { kill(signal: NodeJS.Signals): void }) => void) {
  const child = workspace.spawn(['bun', 'runbooks/rollback.ts', '--yes', '--json'])
  const decoder = new TextDecoder()
  let output = ''
  let sent = false
  for await (const chunk of child.stdout) {
    output += decoder.decode(chunk, { stream: true })
    if (sent || !output.includes(`"title":"${title}"`)) continue
    sent = true
    happens(child)
  }
  const exitCode = await child.exited
  if (!sent) throw new Error(`The rollback never came to "${title}": ${output.slice(-2_000)}`)
  return { exitCode, output }
}

/** The same command again ends it: at 2, well, with the marks of a rollback that was never stopped. */
async function converges(since: Date): Promise<void> {
  const run = await rollback()
  expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
  expect(await past.serves()).toBe(2)
  expect(updates(await workspace.calls(since))).toBe(1)
  expect(await verifiedAt(2)).toBeGreaterThan(since.getTime())
  expect((await small.service()).deployments).toHaveLength(1)
  const answer = await fetch(`${small.address}/health`)
  expect(answer.status).toBe(200)
}

describe('kill -9 of a rollback, and the same command again', () => {
  for (const [title, delayed] of [
    ['What runs, and what ran before', undefined],
    ['Update the service', 'ecs:UpdateService'],
    ['Follow the deployment', undefined],
    ['A question is answered from the policies', undefined],
    ['Mark the revision that was left', 'ecs:TagResource'],
    ['Mark the revision as verified', 'ecr:PutImage'],
  ] as const) {
    test(`at "${title}"${delayed ? `, its ${delayed} unanswered` : ''}`, async () => {
      const since = new Date()
      await new ECR(small.settings).batchDeleteImage({
        repositoryName: small.stack.repository,
        imageIds: [{ imageTag: 'deployed-2' }],
      })
      // The mark of where it goes is a TagResource too, and comes first.
      if (delayed === 'ecs:TagResource') {
        await workspace.fault({ call: delayed, delay: 1, times: 1 })
      }
      if (delayed) await workspace.fault({ call: delayed, delay: 1_500, times: 1 })
      await stopped('SIGKILL', title, delayed ? 700 : 0)
      // What was sent arrives, and nobody hears the answer.
      if (delayed) await Bun.sleep(1_500)
      await workspace.clearFaults()
      await converges(since)
    })
  }
})

describe('Ctrl-C', () => {
  test('while it follows: 130, says what stands; the lock is free, and the same command ends it', async () => {
    const since = new Date()
    const { exitCode, output } = await stopped('SIGINT', 'Follow the deployment')
    expect(exitCode).toBe(130)
    expect(output).toContain('"type":"standing"')
    await converges(since)
  })
})

test('the network goes without a word while it follows, and comes back: it follows on, and moves nothing twice', async () => {
  const since = new Date()
  const { data } = await workspace.exec(['bun', 'runbooks/rehearse.ts', 'status', '--json'])
  const { pid } = data.parts.find(({ name }: { name: string }) => name === 'daemon')
  const { exitCode, output } = await during('Follow the deployment', () => {
    process.kill(pid, 'SIGSTOP')
    // Longer than a call to AWS may take.
    setTimeout(() => process.kill(pid, 'SIGCONT'), 20_000)
  })
  expect(exitCode, output.slice(-2_000)).toBe(0)
  expect(await past.serves()).toBe(2)
  expect(updates(await workspace.calls(since))).toBe(1)
})

describe('a rollback that fails itself', () => {
  test('to a revision that crashes: 1, the cause by name, what stands, and a command that goes further', async () => {
    const since = new Date()
    const run = await rollback('--to', '5')
    expect(run.exitCode).toBe(1)
    expect(run.data).toMatchObject({
      from: { taskDefinition: past.arnOf(3) },
      to: { taskDefinition: past.arnOf(5) },
      rolledBack: true,
      cause: expect.stringContaining('exited with code'),
    })
    expect(await past.serves()).toBe(3)
    expect(updates(await workspace.calls(since))).toBe(1)
    const { message, next } = errorOf(run)
    expect(message).toContain('tria-aibpo-staging-task:3')
    await small.settled()
    const further = await workspace.exec(['sh', '-c', `${next} --yes --json`])
    expect(further.exitCode, further.stdout.slice(-3_000)).toBe(0)
    expect(await past.serves()).toBe(2)
  })

  test('to one that serves and is not well: 1, not marked; well again, the same command ends it without moving', async () => {
    const since = new Date()
    await workspace.fault({ call: 'elasticache:DescribeReplicationGroups', kind: 'denied' })
    const run = await rollback()
    await workspace.clearFaults()
    expect(run.exitCode).toBe(1)
    expect(run.data).toMatchObject({ rolledBack: false, cause: expect.stringContaining('redis') })
    expect(await past.serves()).toBe(2)
    expect(await verifiedAt(2)).toBeLessThan(since.getTime())
    expect(errorOf(run).next).toContain('--to 1')
    await converges(since)
  })

  test('a call that AWS throttles is made again; one that is denied fails by name, and nothing moves', async () => {
    const since = new Date()
    await workspace.fault({ call: 'ecs:UpdateService', kind: 'denied', times: 1 })
    const denied = await rollback()
    expect(denied.exitCode).toBe(1)
    expect(errorOf(denied).message).toContain('ecs:UpdateService')
    expect(await past.serves()).toBe(3)
    await workspace.fault({ call: 'ecs:UpdateService', kind: 'throttled', times: 2 })
    await converges(since)
  })
})

describe('rollback while a deployment runs', () => {
  const stops = async (since: Date) =>
    (await workspace.calls(since)).filter(({ call }) => call === 'ecs:StopServiceDeployment').length

  /** Nobody waits for it: it is the lock of the deploy that is to be stopped. */
  async function lockedByDeploy() {
    const store = workspace.env
    const lock = {
      environment: 'staging',
      who: 'ada@laptop',
      what: 'deploy',
      run: 'abc',
      since: new Date().toISOString(),
      until: new Date(Date.now() + 60_000).toISOString(),
      host: 'laptop',
      pid: 1,
    }
    const path = `${workspace.dir}/.runbooks/held.json`
    await Bun.write(path, JSON.stringify(lock))
    const place = [
      '--bucket',
      `tria-aibpo-123456789012-${store.AWS_REGION}-state`,
      '--key',
      'locks/staging.json',
    ]
    await workspace.aws('s3api', 'put-object', ...place, '--body', path)
    return () => workspace.aws('s3api', 'delete-object', ...place)
  }

  test('stops it with StopServiceDeployment, says where the service returns to, verifies that', async () => {
    const unlock = await lockedByDeploy()
    await past.begin(4)
    const since = new Date()
    const unheard = new Date()
    const elsewhere = await rollback('--to', '2')
    expect(elsewhere.exitCode).toBe(4)
    expect(errorOf(elsewhere).next).toBe('bun runbooks/rollback.ts --environment staging')
    const run = await rollback()
    const made = ofRunbooks(await workspace.calls(unheard))
    expect(notAllowed(made, offeredPolicy(policies(workspace)))).toEqual([])
    await unlock()
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(run.data).toMatchObject({
      from: { taskDefinition: past.arnOf(4) },
      to: { taskDefinition: past.arnOf(3) },
      // The deployment that was stopped.
      rolledBack: true,
      cause: null,
    })
    expect(await stops(since)).toBe(1)
    expect(updates(await workspace.calls(since))).toBe(0)
    expect(await past.serves()).toBe(3)
    expect(await verifiedAt(3)).toBeGreaterThan(since.getTime())
    const said = run.events.filter(({ type }) => type === 'warning').map(({ text }) => text)
    expect(said.join('\n')).toMatch(/task:4 is being rolled out.*returns to tria-aibpo-staging-task:3/)
  })

  test('which is the first: there is nothing to return to, and it is not stopped', () => {
    expect(atOnce.exitCode).toBe(4)
    expect(errorOf(atOnce).message).toContain("the service's first")
    expect(errorOf(atOnce).next).toContain('emergency-shutdown')
  })

  test('--dry-run shows that, and lets it run; its line does it', async () => {
    await past.begin(4)
    const since = new Date()
    const dry = await rollback('--dry-run')
    expect(dry.exitCode).toBe(0)
    expect(changing(await workspace.calls(since))).toEqual([])
    expect(await past.serves()).toBe(4)
    const lines = dry.events
      .filter(({ type, outcome }) => type === 'step.finished' && outcome === 'planned')
      .flatMap(({ declared }) => declared.equivalent as string[])
    for (const line of lines) await workspace.must(['sh', '-c', line])
    await small.settled()
    expect(await past.serves()).toBe(3)
  })

  test('killed after StopServiceDeployment, the same command ends it there, and goes no further back', async () => {
    await past.begin(4)
    const since = new Date()
    await workspace.fault({ call: 'ecs:StopServiceDeployment', delay: 1_500, times: 1 })
    await stopped('SIGKILL', 'Stop the deployment', 700)
    await Bun.sleep(1_500)
    const run = await rollback()
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(await past.serves()).toBe(3)
    expect(await stops(since)).toBe(1)
    expect(updates(await workspace.calls(since))).toBe(0)
    expect(await verifiedAt(3)).toBeGreaterThan(since.getTime())
  })

  test('--to another revision is one UpdateService, which supersedes it', async () => {
    await past.begin(4)
    const since = new Date()
    const run = await rollback('--to', '2')
    expect(run.exitCode, run.stdout.slice(-3_000)).toBe(0)
    expect(await past.serves()).toBe(2)
    expect(updates(await workspace.calls(since))).toBe(1)
  })
})

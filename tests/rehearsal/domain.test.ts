import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { secure } from './small-door'
import { type SmallStack, smallStack } from './small-stack'
import { type Run, Workspace } from './support'

setDefaultTimeout(120_000)

/** A domain of one's own in front of the chatbot. Nothing here resolves it, as before its record is made. */
const domain = 'chat.tria.example'
const address = `https://${domain}`

let workspace: Workspace
let small: SmallStack
let door: Awaited<ReturnType<typeof secure>>

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  small = await smallStack(workspace.env, { tasks: 1, complete: true, drain: 1 })
  door = await secure(small, { domain, names: [domain, `www.${domain}`] })
  await small.healthy()
})

afterAll(() => workspace?.close())
afterEach(() => workspace.clearFaults())

const verify = (...flags: string[]) => workspace.runbook('verify', ...flags)
const statuses = (run: Run) => Object.fromEntries(run.data.checks.map((one: any) => [one.id, one.status]))
const warnings = ({ events }: Run) =>
  events.filter(({ type }) => type === 'warning').map(({ text }) => text as string)
/** As a customer's own program would ask: with the shell's trust, and the name. */
const curl = (...args: string[]) =>
  workspace.exec(['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', ...args])
const there = () => ['--connect-to', `::${door.balancer}`]

describe('the rehearsal', () => {
  test('shows a certificate for the names in ACM and no other, trusted as Amazon’s is', async () => {
    expect((await curl(...there(), `${address}/health`)).stdout).toStartWith('200')
    expect((await curl(...there(), `https://www.${domain}/health`)).stdout).toStartWith('200')
    // 60: the certificate is not for that name; the load balancer's own is none of them, as on AWS.
    expect((await curl(...there(), 'https://other.tria.example/health')).exitCode).toBe(60)
    expect((await curl(`https://${door.balancer}/health`)).exitCode).toBe(60)
  })

  test('redirects HTTP to HTTPS under the name that was asked for', async () => {
    const { stdout } = await curl(...there(), `http://${domain}/docs?a=b`)
    expect(stdout.replace(':443', '')).toBe(`301 ${address}/docs?a=b`)
  })
})

describe('verify', () => {
  test('asks the load balancer under the domain of its tag, and tells which record is missing', async () => {
    const run = await verify()
    expect(run.exitCode, JSON.stringify(run.data)).toBe(0)
    expect(run.data.address).toBe(address)
    expect(Object.values(statuses(run))).not.toContain('failed')
    expect(warnings(run)).toEqual([expect.stringContaining(`CNAME ${domain} -> 127.0.0.1`)])
  })

  test('without a tag, or where tags may not be read, the certificate in ACM says the name', async () => {
    await workspace.fault({ call: 'elasticloadbalancing:DescribeTags', kind: 'denied', times: 9 })
    const denied = await verify()
    expect([denied.exitCode, denied.data.address]).toEqual([0, address])
    await workspace.clearFaults()
    await door.tag(undefined)
    const untagged = await verify()
    await door.tag(domain)
    expect([untagged.exitCode, untagged.data.address]).toEqual([0, address])
  })

  test('fails where the certificate is for another name', async () => {
    await door.present(['other.tria.example'])
    const run = await verify()
    await door.present([domain])
    expect(run.exitCode).toBe(3)
    expect(statuses(run)).toMatchObject({ health: 'failed', answer: 'failed', targets: 'ok', service: 'ok' })
    const { evidence } = run.data.checks.find(({ id }: { id: string }) => id === 'health')
    expect(evidence).toContain(`not for ${domain} (ERR_TLS_CERT_ALTNAME_INVALID)`)
    expect((await verify()).exitCode).toBe(0)
  })

  test('--url wins, and is asked as it is', async () => {
    const run = await verify('--url', `https://${door.balancer}`)
    expect([run.exitCode, run.data.address]).toEqual([3, `https://${door.balancer}`])
    expect(statuses(run)).toMatchObject({ health: 'failed', targets: 'ok' })
    expect(warnings(run)).toEqual([])
  })
})

describe('an emergency', () => {
  test('shutdown and restore come to their end over HTTPS', async () => {
    const down = await workspace.runbook('emergency-shutdown')
    expect(down.exitCode, down.stdout).toBe(0)
    expect((await curl(...there(), `${address}/health`)).stdout).toStartWith('503')
    expect(await small.service()).toMatchObject({ desiredCount: 0, runningCount: 0 })
    const up = await workspace.runbook('emergency-restore')
    expect(up.exitCode, up.stdout).toBe(0)
    expect((await curl(...there(), `${address}/health`)).stdout).toStartWith('200')
    expect(await small.service()).toMatchObject({ desiredCount: 1, runningCount: 1 })
  })

  test('nor are they kept waiting by a name that may not be read, or a certificate that is for another', async () => {
    await workspace.fault({ call: 'elasticloadbalancing:DescribeTags', kind: 'denied' })
    await workspace.fault({ call: 'acm:DescribeCertificate', kind: 'denied', times: 1 })
    await door.present(['other.tria.example'])
    const down = await workspace.runbook('emergency-shutdown', '--timeout', '1')
    await door.present([domain])
    expect(down.exitCode, down.stdout).toBe(0)
    const up = await workspace.runbook('emergency-restore')
    expect(up.exitCode, up.stdout).toBe(0)
    expect(await small.service()).toMatchObject({ desiredCount: 1, runningCount: 1 })
  })

  test('the model is switched off and on under the name; a line by hand does the same', async () => {
    const models = async () => {
      const { stdout } = await workspace.must(['curl', '-sS', ...there(), `${address}/ready`])
      return JSON.parse(stdout).parts.model.detail as string | undefined
    }
    const planned = await workspace.runbook('emergency-shutdown', '--model-only', '--dry-run')
    const lines = planned.events
      .filter(({ outcome }) => outcome === 'planned')
      .flatMap(({ declared }) => declared.equivalent as string[])
    expect((await workspace.runbook('emergency-shutdown', '--model-only')).exitCode).toBe(0)
    expect(await models()).toStartWith('switched off')
    expect((await small.service()).taskDefinition).toBe(small.firstRevision)
    expect((await workspace.runbook('emergency-restore')).exitCode).toBe(0)
    expect(await models()).not.toStartWith('switched off')

    const line = lines.find((one) => one.startsWith('curl'))!
    await workspace.must(['sh', '-c', line])
    expect(await models()).toStartWith('switched off')
    await workspace.must(['sh', '-c', line.replace('"enabled":false', '"enabled":true')])
    expect(await models()).not.toStartWith('switched off')
  })

  test('the administrator’s token is given to nobody who cannot show the name', async () => {
    await door.present(['other.tria.example'])
    const down = await workspace.runbook('emergency-shutdown', '--model-only')
    await door.present([domain])
    expect(down.exitCode, down.stdout).toBe(0)
    // Not by the switch, then: by a revision without the key.
    expect((await small.service()).taskDefinition).not.toBe(small.firstRevision)
    expect((await workspace.runbook('emergency-restore')).exitCode).toBe(0)
    expect((await small.service()).taskDefinition).toBe(small.firstRevision)
  })
})

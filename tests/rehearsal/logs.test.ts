import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { stackOf } from '../../runbooks/aws/stack'
import { type Written, writeLines } from './log-writers'
import { type Run, Workspace } from './support'

setDefaultTimeout(60_000)

/** `monitor.ts logs` against real log groups, of which each test has one: a log group is an environment's. */
let workspace: Workspace
let logs: CloudWatchLogs
const settings = () => ({
  endpoint: workspace.endpoint,
  region: workspace.env.AWS_REGION!,
  credentials: { accessKeyId: 'AKIAWRITER', secretAccessKey: 'writer' },
})

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  logs = new CloudWatchLogs(settings())
})
afterAll(() => workspace?.close())

async function groupOf(environment: string): Promise<string> {
  const { logGroup } = stackOf(environment)
  await logs.createLogGroup({ logGroupName: logGroup })
  return logGroup
}

const look = (environment: string, ...flags: string[]) =>
  workspace.runbook('monitor', 'logs', '--environment', environment, ...flags)

/** The lines of a run with --json. */
const linesOf = ({ stdout }: Pick<Run, 'stdout'>) =>
  stdout.split('\n').flatMap((line) => {
    const event = line ? JSON.parse(line) : {}
    return event.type === 'log'
      ? [event as { time: string; message: string; source: string; level: string }]
      : []
  })

const sorted = (list: string[]) => list.toSorted()
const times = (lines: { time: string }[]) => lines.map(({ time }) => time)

/** Put as one task would, so long ago. */
async function put(group: string, task: string, messages: string[], ago = 0): Promise<void> {
  const logStreamName = `app/tria-aibpo-backend/${task}`
  await logs.createLogStream({ logGroupName: group, logStreamName }).catch(() => undefined)
  const logEvents = messages.map((message) => ({ timestamp: Date.now() - ago, message }))
  await logs.putLogEvents({ logGroupName: group, logStreamName, logEvents })
}

/** A follower, and how it ends. */
function follow(environment: string, ...flags: string[]) {
  const child = workspace.spawn(
    ['bun', 'runbooks/monitor.ts', 'logs', '--follow', '--environment', environment, ...flags],
    {},
  )
  let seen = ''
  const stdout = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) seen += text
    return seen
  })()
  const stderr = new Response(child.stderr).text()
  return {
    child,
    async until(text: string, withinMs = 20_000) {
      for (const deadline = Date.now() + withinMs; !seen.includes(text) && Date.now() < deadline; )
        await Bun.sleep(100)
    },
    async end() {
      child.kill('SIGINT')
      return { exitCode: await child.exited, stdout: await stdout, stderr: await stderr }
    },
  }
}

describe('logs --follow', () => {
  test('5,000 lines a second of four tasks, each with a delay of its own: every line once, in order, in bounded memory', async () => {
    const group = await groupOf('busy')
    const write = (seconds: number) =>
      writeLines(settings(), { group, perSecond: 5_000, seconds, delays: [0, 300, 1_200, 700] })
    // By these the follower knows the delays.
    const before = await write(0.5)
    const running = follow('busy', '--since', '1m', '--json')
    const written = [...before, ...(await write(4))]
    // What comes when later lines have long been told.
    await Bun.sleep(3_500)
    const late: Written = { at: Date.now() - 5_000, message: 'a late one' }
    await put(group, 'late', [late.message], 5_000)
    await running.until(late.message)
    await Bun.sleep(1_500)
    const memory = (await Bun.file(`/proc/${running.child.pid}/status`).text()).match(/VmHWM:\s+(\d+)/)?.[1]
    const told = linesOf(await running.end())

    expect(written.length).toBeGreaterThan(20_000)
    expect(sorted(told.map(({ message }) => message))).toEqual(
      sorted([...written, late].map(({ message }) => message)),
    )
    const inTime = told.filter(({ message }) => message !== late.message)
    expect(times(inTime)).toEqual(sorted(times(inTime)))
    expect(told.filter((line) => 'late' in line).map(({ message }) => message)).toEqual([late.message])
    expect(Number(memory) / 1_024).toBeLessThan(250)
  })

  test('throttled and cut off on the way: nothing is missed, and it ends at once when told to', async () => {
    const group = await groupOf('hindered')
    await workspace.fault({ call: 'logs:FilterLogEvents', kind: 'throttled', times: 6 })
    const running = follow('hindered', '--json')
    await put(group, 'a', ['one', 'two'])
    await Bun.sleep(3_000)
    await put(group, 'b', ['three'])
    await running.until('three')
    await Bun.sleep(1_500)
    const began = performance.now()
    const { exitCode, stdout, stderr } = await running.end()
    expect(performance.now() - began).toBeLessThan(1_500)
    expect(exitCode).toBe(130)
    expect(linesOf({ stdout }).map(({ message }) => message)).toEqual(['one', 'two', 'three'])
    expect(stderr).not.toMatch(/Error|at .*\.ts/)
  })
})

describe('logs', () => {
  test('--level, --grep and --request pick lines; what a crash prints counts as an error', async () => {
    const group = await groupOf('picked')
    const say = (level: string, event: string, more: object = {}) => JSON.stringify({ level, event, ...more })
    const lines = [
      say('info', 'serving', { port: 8080 }),
      say('info', 'request', { request_id: 'req-00000001', session: 'visit-1', status: 200 }),
      say('warn', 'model_failed', { kind: 'quota' }),
      say('error', 'request', { request_id: 'req-00000002', session: 'visit-1', status: 500 }),
      'TypeError: undefined is not a function',
      // A customer's text that has an id in it is not that request.
      say('info', 'request', { request_id: 'req-00000003', session: 'visit-2', note: 'req-00000001' }),
    ]
    await put(group, 'a', lines)
    const told = async (...flags: string[]) =>
      linesOf(await look('picked', ...flags)).map(({ message }) => message)
    expect(await told()).toEqual(lines)
    expect(await told('--level', 'warn')).toEqual([lines[2]!, lines[3]!, lines[4]!])
    expect(await told('--grep', '"status":[25]00')).toEqual([lines[1]!, lines[3]!])
    expect(await told('--request', 'req-00000001')).toEqual([lines[1]!])
    expect(await told('--request', 'visit-1')).toEqual([lines[1]!, lines[3]!])
    expect(await told('--level', 'error', '--grep', 'Type')).toEqual([lines[4]!])
  })

  test('--since leaves out what is older', async () => {
    const group = await groupOf('older')
    await put(group, 'a', ['old'], 20 * 60_000)
    await put(group, 'a', ['new'])
    expect(linesOf(await look('older')).map(({ message }) => message)).toEqual(['new'])
    expect(linesOf(await look('older', '--since', '1h')).map(({ message }) => message)).toEqual([
      'old',
      'new',
    ])
  })

  test('a line cannot move the cursor, end the line, or show a secret', async () => {
    const group = await groupOf('hostile')
    await put(group, 'a', [
      '\x1b[2Jgone\x07\r\nnext sk-abcdefghijklmnopqrstuv',
      '{"event":"x\\u001b[31m\\n","level":"info"}',
    ])
    const { stdout } = await workspace.exec([
      'bun',
      'runbooks/monitor.ts',
      'logs',
      '--environment',
      'hostile',
    ])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that they are not there is the point
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
    expect(stdout).not.toContain('sk-abcdefghijk')
    expect(stdout.trim().split('\n')).toHaveLength(4)
  })

  test('a pipe that is closed ends it quietly, with --json too', async () => {
    const group = await groupOf('piped')
    await writeLines(settings(), { group, perSecond: 8_000, seconds: 0.5 })
    for (const flags of ['', '--json', '--follow']) {
      const { stdout, stderr } = await workspace.exec([
        'sh',
        '-c',
        `${process.execPath} runbooks/monitor.ts logs --environment piped ${flags} | head -n 3`,
      ])
      expect(stdout.trim().split('\n')).toHaveLength(3)
      expect(stderr).toBe('')
    }
  })

  test('a reader that takes its time holds it back, and gets everything', async () => {
    const group = await groupOf('slow')
    const written = await writeLines(settings(), { group, streams: 2, perSecond: 60_000, seconds: 0.5 })
    const since = new Date()
    const reading = workspace.exec([
      'sh',
      '-c',
      `${process.execPath} runbooks/monitor.ts logs --json --environment slow | (sleep 4; cat)`,
    ])
    await Bun.sleep(3_500)
    const pages = (await workspace.calls(since)).filter(({ call }) => call === 'logs:FilterLogEvents').length
    expect(linesOf(await reading).length).toBe(written.length)
    // 30,000 lines are three pages; what nobody has read yet is one.
    expect(pages).toBeLessThan(3)
  })

  test('no log group, a pattern that is none, and an id that is none', async () => {
    const missing = await look('production')
    expect(missing.exitCode).toBe(1)
    expect(missing.stderr).toMatch(/no log group \/ecs\/tria-aibpo-production/)
    expect((await look('picked', '--grep', '(')).exitCode).toBe(2)
    expect((await look('picked', '--request', '" ?x')).exitCode).toBe(2)
    expect((await look('picked', '--level', 'loud')).exitCode).toBe(2)
  })
})

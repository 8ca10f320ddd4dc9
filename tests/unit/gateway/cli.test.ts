import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, bench } from './bench'

/** The plain `aws` command, with nothing but the exported environment. */
describe.skipIf(!Bun.which('aws'))('aws CLI', () => {
  let b: Bench
  beforeAll(async () => {
    b = await bench()
  }, 60_000)
  afterAll(() => b.stop())

  async function aws(...args: string[]) {
    const child = Bun.spawn(['aws', ...args], {
      env: b.environment,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [out, err, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
    return { out, err, exit }
  }

  test('knows who it is', async () => {
    const { out } = await aws('sts', 'get-caller-identity', '--query', 'Account', '--output', 'text')
    expect(out.trim()).toBe('123456789012')
  }, 20_000)

  test('copies a file to S3 and back', async () => {
    const file = join(b.world.dir, 'file.txt')
    writeFileSync(file, 'over the wire')
    await aws('s3', 'mb', 's3://cli')
    await aws('s3', 'cp', file, 's3://cli/a/file.txt')
    expect((await aws('s3', 'cp', 's3://cli/a/file.txt', '-')).out).toBe('over the wire')
    expect((await aws('s3', 'ls', 's3://cli/a/')).out).toContain('file.txt')
  }, 30_000)

  test('writes and reads a log', async () => {
    const [group, stream] = ['/ecs/cli', 's']
    await aws('logs', 'create-log-group', '--log-group-name', group)
    await aws('logs', 'create-log-stream', '--log-group-name', group, '--log-stream-name', stream)
    const event = `timestamp=${Date.now()},message=hello`
    await aws(
      'logs',
      'put-log-events',
      '--log-group-name',
      group,
      '--log-stream-name',
      stream,
      '--log-events',
      event,
    )
    const { out } = await aws(
      'logs',
      'filter-log-events',
      '--log-group-name',
      group,
      '--query',
      'events[].message',
      '--output',
      'text',
    )
    expect(out.trim()).toBe('hello')
  }, 30_000)

  test('shows the error of AWS, and leaves with its code', async () => {
    const { err, exit } = await aws('ecr', 'describe-repositories', '--repository-names', 'none')
    expect(err).toContain('(RepositoryNotFoundException) when calling the DescribeRepositories operation')
    expect(exit).toBeGreaterThan(0)
    expect(b.gateway.recentCalls().at(-1)).toMatchObject({
      by: 'aws-cli',
      error: 'RepositoryNotFoundException',
    })
  }, 20_000)
})

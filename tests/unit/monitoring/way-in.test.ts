import { expect, test } from 'bun:test'
import { root } from '../../../runbooks/paths'
import { temporaryFolder } from '../core/fixture'

test.each(['monitor --once', 'monitor --timeline', 'troubleshoot'])(
  '%s without credentials: exit 1, and how to get them in place of its own command',
  async (command) => {
    const [name, ...flags] = command.split(' ')
    using folder = temporaryFolder()
    const child = Bun.spawn([process.execPath, `runbooks/${name}.ts`, '--yes', '--json', ...flags], {
      cwd: root,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder.path,
        TRIA_RUNBOOKS_DIR: folder.path,
        AWS_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdin: 'ignore',
      stderr: 'inherit',
    })
    const events = (await child.stdout.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; next?: string })
    expect(await child.exited).toBe(1)
    expect(events.find(({ type }) => type === 'error')?.next).toContain('aws configure')
  },
)

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { onTerminal } from '../unit/core/screen'
import { Workspace } from './support'

/** Production is asked for twice, by different words, and only both take it away. A state of one thing that costs nothing will do. */
const minutes = 60_000
const bucket = 'tria-aibpo-123456789012-us-east-1-state'
const state = `s3://${bucket}/production/terraform.tfstate`
let workspace: Workspace

beforeAll(async () => {
  workspace = await Workspace.make()
  await workspace.up()
  await workspace.must(['bun', 'runbooks/setup.ts', '--environment', 'production', '--yes'])
  const one = {
    version: 4,
    terraform_version: '1.11.4',
    serial: 1,
    lineage: '5a0b6d2e-0000-4000-8000-000000000001',
    outputs: {},
    resources: [
      {
        mode: 'managed',
        type: 'terraform_data',
        name: 'scaling_mode',
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [
          { schema_version: 0, attributes: { id: 'x', input: null, output: null, triggers_replace: null } },
        ],
      },
    ],
  }
  await Bun.write(`${workspace.dir}/one.tfstate`, JSON.stringify(one))
  await workspace.aws('s3', 'cp', 'one.tfstate', state, '--quiet')
}, 3 * minutes)
afterAll(() => workspace?.close(), minutes)

const kinds = async () => {
  const { stdout } = await workspace.must(['aws', 's3', 'cp', state, '-'])
  return JSON.parse(stdout).resources.length
}

const destroy = (...answers: string[]) =>
  onTerminal([process.execPath, 'runbooks/destroy.ts', '--environment', 'production'], {
    cwd: workspace.dir,
    env: { ...workspace.env, CI: undefined, NO_COLOR: '1' },
    columns: 120,
    keys: answers.map((answer, index) => [
      ['Type production to go on', 'Type destroy production to go on'][index]!,
      `${answer}\r`,
    ]),
  })

test(
  'one answer is not enough: refused, and all is there',
  async () => {
    const { exitCode } = await destroy('production', 'production')
    expect(exitCode).toBe(4)
    expect(await kinds()).toBe(1)
  },
  minutes,
)

test(
  'both answers take it away, and its passwords can be had back',
  async () => {
    const { exitCode, written } = await destroy('production', 'destroy production')
    expect(exitCode, written.slice(-2_000)).toBe(0)
    expect(await kinds()).toBe(0)
    const secret = ['--secret-id', 'tria-aibpo-production/inputs']
    const read = () => workspace.exec(['aws', 'secretsmanager', 'get-secret-value', ...secret])
    expect((await read()).exitCode).not.toBe(0)
    await workspace.aws('secretsmanager', 'restore-secret', ...secret)
    expect((await read()).exitCode).toBe(0)
  },
  2 * minutes,
)

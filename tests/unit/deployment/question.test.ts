import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type Recorded, runbook } from '../../../runbooks/core'
import { planAndBuild } from '../../../runbooks/deployment/infrastructure'
import type { PlanJson } from '../../../runbooks/terraform/plan'
import { Terraform } from '../../../runbooks/terraform/terraform'
import { temporaryFolder } from '../core/fixture'

const folder = temporaryFolder()
const before = { ...process.env }
process.env.TRIA_RUNBOOKS_DIR = folder.path
process.env.AWS_EC2_METADATA_DISABLED = 'true'
afterAll(() => {
  process.env = before
  folder[Symbol.dispose]()
})

const once = (run: Parameters<typeof runbook>[0]['run']) =>
  runbook({ name: 'once', summary: '', guide: [], changes: 'environment', lock: 'none', run })

const plan: PlanJson = {
  resource_changes: [{ address: 'a.b', type: 'a', mode: 'managed', change: { actions: ['create'] } }],
}

/** What happened, in order. */
async function deploying(inputs: { environment: string; yes?: boolean; dryRun?: boolean }, of = plan) {
  const told: string[] = []
  const output = (event: Recorded) => {
    const text = 'text' in event ? String(event.text) : ''
    if (event.type === 'note' && /^Infrastructure/.test(text)) told.push('counts')
    // Of this plan it says that it has no price: what is to be said of money is said before the question.
    if (event.type === 'warning' && /^The cost/.test(text)) told.push('cost')
    if (event.type === 'answer' && event.how === 'refused') told.push(`asked: ${event.effect}`)
  }
  const { exitCode } = await once((book) =>
    planAndBuild(book, {
      planning: async () => {
        await Bun.sleep(20)
        return { file: 'x', plan: of }
      },
      building: async () => {
        await book.change({
          title: 'Build',
          effect: 'image',
          equivalent: 'docker build .',
          run: async () => void told.push('built'),
        })
      },
      takingUp: async (planned) => planned,
      allowed: [],
      tag: 'abc',
    }),
  ).run({ ...inputs, region: 'eu-central-1', output })
  return { exitCode, told: told.filter((each) => each !== 'cost' || of === plan) }
}

test('production is asked for once its plan and cost are seen, and nothing is built before', async () => {
  const { exitCode, told } = await deploying({ environment: 'production' })
  expect(exitCode).toBe(4)
  expect(told).toEqual([
    'counts',
    'cost',
    'asked: 1 to add, 0 to change, 0 to destroy, then abc is rolled out',
  ])
})

test('without a change of infrastructure it is the build that asks, after that was said', async () => {
  const { exitCode, told } = await deploying({ environment: 'production' }, { resource_changes: [] })
  expect([exitCode, told]).toEqual([4, ['counts', 'asked: image (production)']])
})

test('where nobody is to be asked, the image is built while Terraform plans', async () => {
  for (const inputs of [{ environment: 'staging' }, { environment: 'production', yes: true }])
    expect(await deploying(inputs)).toEqual({ exitCode: 0, told: ['built', 'counts', 'cost'] })
})

test('--verbose does not print the plan, which deploy reads as one line', async () => {
  const where = mkdtempSync(`${tmpdir()}/plan-`)
  try {
    writeFileSync(`${where}/main.tf`, 'resource "terraform_data" "one" {}\n')
    const traces: string[] = []
    const outcome = await once(async (book) => {
      const terraform = new Terraform(book, where)
      await terraform.init()
      return (await terraform.plan('verbose')).plan.resource_changes
    }).run({
      verbose: true,
      region: 'eu-central-1',
      output: (event) => void (event.type === 'trace' && traces.push(String(event.text))),
    })
    expect(outcome.data).toMatchObject([{ address: 'terraform_data.one', change: { actions: ['create'] } }])
    expect(traces.some((text) => /show -json/.test(text))).toBe(true)
    expect(traces.filter((text) => text.includes('resource_changes'))).toEqual([])
  } finally {
    rmSync(where, { recursive: true })
  }
}, 30_000)

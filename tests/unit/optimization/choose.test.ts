import { describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { choose } from '../../../runbooks/optimization/choose'
import { optimized } from '../../../runbooks/optimization/data'
import { checkTimeZone, idsOf } from '../../../runbooks/optimization/flags'
import { usageFrom } from '../../../runbooks/optimization/usage'
import { setElsewhere } from '../../../runbooks/terraform/values/places'
import { quiet, told } from '../costs/world'

const found = optimized(
  { situation: told('staging'), use: quiet, production: false, privateTasks: false },
  new Date('2026-11-23'),
  'UTC',
)
const ending = (work: () => unknown): { exitCode: number; message: string } => {
  try {
    work()
    return { exitCode: 0, message: '' }
  } catch (error) {
    return error as { exitCode: number; message: string }
  }
}

describe('choose', () => {
  test('what is offered, each once', () => {
    expect(choose(found, ['spot', 'arm', 'spot']).map(({ id }) => id)).toEqual(['spot', 'arm'])
  })

  test.each([
    [['nat-single', 'nat-none'], 2, 'they set nat_gateway_mode to different values'],
    [['endpoints'], 4, 'not the model'],
    [['savings-plan'], 4, 'by hand'],
    [['nat-singel'], 2, 'nearest: nat-single'],
  ])('%p: exit %d, %s', (ids, exitCode, sentence) => {
    const ended = ending(() => choose(found, ids))
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.message).toContain(sentence)
  })
})

describe('idsOf', () => {
  const none = { apply: [], more: [], undo: false }
  test('words that follow --apply are IDs too; alone they mean nothing', () => {
    expect(idsOf({ ...none, apply: ['a'], more: ['b', 'c'] })).toEqual(['a', 'b', 'c'])
    expect(ending(() => idsOf({ ...none, more: ['b'] })).exitCode).toBe(2)
  })

  test.each([
    { ...none, apply: ['a'], undo: true },
    { ...none, apply: ['a'], plan: 'plan.json' },
    { ...none, undo: true, plan: 'plan.json' },
  ])('%p does not go together', (flags) => {
    expect(ending(() => idsOf(flags)).exitCode).toBe(2)
  })
})

describe('checkTimeZone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('%s', (name) => {
    expect(checkTimeZone(name)).toBeUndefined()
  })
  // Terraform's variable takes no offsets, and AWS no zone that does not exist.
  test.each(['CET', '+01:00', 'Europe/Berlín', 'Europe/Atlantis', ''])('not %j', (name) => {
    expect(checkTimeZone(name)).toContain('time zone')
  })
})

describe('usageFrom, setElsewhere', () => {
  async function inFolder<T>(
    files: Record<string, string>,
    look: (folder: string) => Promise<T>,
  ): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'tria-values-'))
    for (const [name, text] of Object.entries(files)) await Bun.write(join(folder, name), text)
    return look(folder).finally(() => rm(folder, { recursive: true }))
  }

  test('a profile by name, a file with one and quantities of its own', async () => {
    expect(await usageFrom('large')).toEqual({ profile: 'large' })
    const read = (text: string) => inFolder({ 'u.json': text }, (folder) => usageFrom(join(folder, 'u.json')))
    expect(await read('{"profile": "medium", "natGb": 7}')).toEqual({
      profile: 'medium',
      measured: { natGb: 7 },
    })
    for (const text of ['{"profile": "huge"}', '[1]', '{"natGb": ', '{"natGb": -1}', '{"natGB": 1}'])
      await expect(read(text)).rejects.toThrow('--usage')
    await expect(usageFrom('/nowhere/u.json')).rejects.toThrow('ENOENT')
  })

  test('every place that Terraform reads after the file, and the command line', async () => {
    const files = {
      'terraform.tfvars': 'a = 1\n',
      'z.auto.tfvars': '# a = 1\nb = 2\n',
      'y.auto.tfvars.json': '{"c": 3}',
      'terraform.tfvars.json': '{"d": 4}',
    }
    const places = await inFolder(files, async (folder) =>
      (
        await setElsewhere(folder, ['a', 'b', 'c', 'd', 'e'], {
          TF_CLI_ARGS_plan: '-lock=true -var=e=5',
          TF_VAR_a: '1',
        })
      ).map(({ name, place }) => [name, place.replace(`${folder}/`, '')]),
    )
    expect(places.sort()).toEqual([
      ['b', 'z.auto.tfvars'],
      ['c', 'y.auto.tfvars.json'],
      ['d', 'terraform.tfvars.json'],
      ['e', 'TF_CLI_ARGS_plan'],
    ])
  })
})

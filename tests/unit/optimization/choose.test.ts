import { describe, expect, test } from 'bun:test'
import { lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { choose } from '../../../runbooks/optimization/choose'
import { optimized } from '../../../runbooks/optimization/data'
import { checkFiles, checkTimeZone, idsOf } from '../../../runbooks/optimization/flags'
import { usageFrom } from '../../../runbooks/optimization/usage'
import { writeText } from '../../../runbooks/optimization/values'
import { ValuesError } from '../../../runbooks/terraform/values/edit'
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
    { ...none, apply: ['a'], refreshPrices: true },
    { ...none, undo: true, refreshPrices: true },
    { ...none, refreshPrices: true, budget: 0 },
    { ...none, apply: ['a'], budget: 150 },
    { ...none, apply: ['a'], report: 'costs.html' },
    { ...none, undo: true, markdown: 'costs.md' },
    { ...none, apply: ['a'], actual: true },
  ])('%p does not go together', (flags) => {
    expect(ending(() => idsOf(flags)).exitCode).toBe(2)
  })
})

describe('checkFiles: what is read is never written over', () => {
  test.each([
    { usage: 'u.json', report: './u.json' },
    { usage: 'u.json', markdown: 'link.json' },
    { plan: 'u.json', markdown: 'sub/../u.json' },
    { report: 'new.html', markdown: 'new.html' },
  ])('%p: exit 2', async (flags) => {
    const folder = await mkdtemp(join(tmpdir(), 'tria-files-'))
    await Bun.write(join(folder, 'u.json'), '{}')
    await mkdir(join(folder, 'sub'))
    await symlink('u.json', join(folder, 'link.json'))
    const inside = Object.fromEntries(
      Object.entries(flags).map(([flag, file]) => [flag, `${folder}/${file}`]),
    )
    expect(ending(() => checkFiles(inside)).exitCode).toBe(2)
    await rm(folder, { recursive: true })
  })

  test('a profile is no file, and files of their own go together', () => {
    checkFiles({ usage: 'medium', report: '/tmp/medium', markdown: 'costs.md', plan: 'plan.json' })
    checkFiles({})
  })
})

describe('writeText', () => {
  test('a file keeps its rights, and a link goes on leading to it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tria-write-'))
    const [file, link] = [join(folder, 'ours.tfvars'), join(folder, 'staging.tfvars')]
    await writeFile(file, 'a = 1\n', { mode: 0o600 })
    await symlink(file, link)
    await writeText(link, 'a = 2\n')
    expect(await Bun.file(file).text()).toBe('a = 2\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['ours.tfvars', 'staging.tfvars'])
    await rm(folder, { recursive: true })
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
      'more.tfvars': 'f = 6\n',
    }
    const places = await inFolder(files, async (folder) =>
      (
        await setElsewhere(folder, ['a', 'b', 'c', 'd', 'e', 'f', 'g'], {
          TF_CLI_ARGS_plan: `-lock=true -var=e=5 -var-file=more.tfvars`,
          TF_CLI_ARGS: `-var 'g=1'`,
          TF_VAR_a: '1',
        })
      ).map(({ name, place }) => [name, place.replace(`${folder}/`, '')]),
    )
    expect(places.sort()).toEqual([
      ['b', 'z.auto.tfvars'],
      ['c', 'y.auto.tfvars.json'],
      ['d', 'terraform.tfvars.json'],
      ['e', 'TF_CLI_ARGS_plan'],
      ['f', 'more.tfvars, by TF_CLI_ARGS_plan'],
      ['g', 'TF_CLI_ARGS'],
    ])
  })

  test.each([
    ['x.auto.tfvars', 'a = [1\n', 'line 1: ] is missing'],
    ['x.auto.tfvars.json', '{"a": ', 'JSON Parse error'],
  ])(
    '%s that does not read is named itself, and not the environment’s file',
    async (name, text, sentence) => {
      const ended = await inFolder({ [name]: text }, (folder) =>
        setElsewhere(folder, ['a'], {}).catch((error: Error) => error),
      )
      expect(ended).toBeInstanceOf(ValuesError)
      const { file, message } = ended as ValuesError
      expect(file).toEndWith(name)
      expect(message).toContain(sentence)
    },
  )
})

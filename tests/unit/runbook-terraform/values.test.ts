import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { edited, spelledIn, ValuesError } from '../../../runbooks/terraform/values/edit'
import { scan } from '../../../runbooks/terraform/values/scan'

const owned = `# Values of ours. nat_gateway_mode = "none" is no assignment here
aws_region   = "us-east-1"   // where
environment  = "staging"     # which
alb_allowed_cidrs = [
  "203.0.113.0/24", # the office ]
  "198.51.100.0/24",
]
tags = { Owner = "nobody = \\"x\\"", Path = "\${1 + 1}{" }
note = <<-END
  nat_gateway_mode = "single"
  END
/* ecs_task_cpu = 1 */
ecs_task_cpu = 512 # units
`

const set = (name: string, value: string | number | boolean) => new Map([[name, value]])

describe('edited', () => {
  test('replaces a value alone, and the comment behind it keeps its column', () => {
    expect(edited(owned, set('ecs_task_cpu', 256))).toBe(owned.replace('cpu = 512 #', 'cpu = 256 #'))
    expect(edited(owned, set('environment', 'x'))).toBe(owned.replace('"staging"     #', '"x"           #'))
    expect(edited(owned, set('aws_region', 'ap-southeast-1'))).toBe(
      owned.replace('"us-east-1"   //', '"ap-southeast-1" //'),
    )
  })

  test('replaces values of many lines whole', () => {
    expect(edited(owned, set('alb_allowed_cidrs', 'x'))).toBe(owned.replace(/\[\n[\s\S]*?\n\]/, '"x"'))
    expect(edited(owned, set('note', 'x'))).toBe(owned.replace(/<<-END[\s\S]*? {2}END/, '"x"'))
  })

  test('what is not there is added as a block of its own, aligned, and taken out again without a trace', () => {
    const values = new Map<string, string | boolean>([
      ['nat_gateway_mode', 'single'],
      ['fargate_spot_enabled', true],
    ])
    const added = edited(owned, values)
    expect(added).toBe(`${owned}\nnat_gateway_mode     = "single"\nfargate_spot_enabled = true\n`)
    const more = edited(added, set('log_retention_days', 7))
    const gone = new Map([...values.keys()].map((name) => [name, undefined]))
    expect(edited(more, gone)).toBe(`${owned}\nlog_retention_days = 7\n`)
    expect(edited(added, gone)).toBe(owned)
  })

  test('a file without a last line end, an empty file', () => {
    expect(edited('a = 1', set('b', 2))).toBe('a = 1\n\nb = 2\n')
    expect(edited('', set('b', 2))).toBe('b = 2\n')
  })

  test('lines that end as on Windows go on ending so, and what is added goes without a trace', () => {
    const text = '# ours\r\na = 1\r\nb = 2\r\n'
    expect(edited(text, set('a', 3))).toBe('# ours\r\na = 3\r\nb = 2\r\n')
    const added = edited(text, set('c', 4))
    expect(added).toBe(`${text}\r\nc = 4\r\n`)
    expect(edited(added, new Map([['c', undefined]]))).toBe(text)
    expect(edited('a = 1\r\n\r\nb = 2\r\n\r\nc = 3\r\n', new Map([['b', undefined]]))).toBe(
      'a = 1\r\n\r\nc = 3\r\n',
    )
  })

  test('what Terraform bears is read: a byte order mark, a dash in the name of a heredoc', () => {
    expect(edited('\uFEFFa = 1\n', set('a', 2))).toBe('\uFEFFa = 2\n')
    expect(edited('\uFEFFa = 1\n', new Map([['a', undefined]]))).toBe('\uFEFF')
    const text = 'b = <<-THE-END\n  a = 5\n  THE-END\na = 1\n'
    expect(edited(text, set('a', 2))).toBe(text.replace('a = 1', 'a = 2'))
  })

  test('columns that tabs make stay as they are', () => {
    expect(edited('\ta\t=\t30\t# days\n', set('a', 7))).toBe('\ta\t=\t7\t# days\n')
  })

  test('what HCL would evaluate in a string is escaped', () => {
    expect(edited('', set('a', '${x} "q" %{y}'))).toBe('a = "$${x} \\"q\\" %%{y}"\n')
  })

  test('a value as it was spelled comes back as it was spelled', () => {
    const cidrs = spelledIn(owned).get('alb_allowed_cidrs')!
    const changed = edited(owned, set('alb_allowed_cidrs', 'x'))
    expect(edited(changed, new Map([['alb_allowed_cidrs', { spelled: cidrs }]]))).toBe(owned)
  })

  test('a variable that is set twice is refused with both lines', () => {
    expect(() => edited('a = 1\nb = 2\na = 3\n', set('b', 1))).toThrow(
      new ValuesError('a is set in line 1 and in line 3'),
    )
  })

  test.each([
    ['a = "x\n', 'line 1: a string has no closing quote'],
    ['a = [1,\nb = 2\n', 'line 1: ] is missing'],
    ['a = 1 2 }\n', 'line 1: } closes nothing'],
    ['a\n', 'line 1: here a name and = are expected'],
    ['a = 1\nvariable "x" {}\n', 'line 2: here a name and = are expected'],
    ['a = <<END\nx\n', 'line 1: the text that begins with <<END has no end'],
    ['a =\nb = 1\n', 'line 1: a has no value'],
    ['a = /* x\n', 'line 1: a has no value'],
  ])('%j is refused: %s', (text, sentence) => {
    expect(scan(text)).toBe(sentence)
    expect(() => edited(text, set('b', 1))).toThrow(ValuesError)
  })

  test('whatever is set is what is read back, and nothing else changes', () => {
    const name = fc.constantFrom('aws_region', 'environment', 'tags', 'note', 'ecs_task_cpu', 'fresh', 'new')
    const value = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.integer(), fc.boolean())
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each }), (pairs) => {
        const before = spelledIn(owned)
        const after = spelledIn(edited(owned, new Map(pairs)))
        const names = new Set<string>(pairs.map(([each]) => each))
        for (const [each, spelled] of before) if (!names.has(each)) expect(after.get(each)).toBe(spelled)
        expect([...after.keys()].sort()).toEqual([...new Set([...before.keys(), ...names])].sort())
      }),
    )
  })
})

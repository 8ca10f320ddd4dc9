import { describe, expect, test } from 'bun:test'
import { explains } from '../../../runbooks/diagnosis/explains'
import { type Diagnosis, diagnose } from '../../../runbooks/diagnosis/judge'
import { rules } from '../../../runbooks/diagnosis/rules'
import { type PartName, parseSnapshot } from '../../../runbooks/diagnosis/snapshot'
import { ago, failing, recorded, stopped, without, world } from './world'

const ids = ({ findings }: Diagnosis) => findings.map(({ id }) => id)
const under = ({ findings }: Diagnosis) => findings[0]!.consequences.map(({ id }) => id)

describe('root causes and what they explain', () => {
  test('a closed database is the cause; that the chatbot does without it, and the alarm, are consequences', () => {
    const found = diagnose(
      world({
        'groups.3.ingress': [],
        ready: without('database'),
        'alarms.0.state': 'ALARM',
      }),
    )
    expect(ids(found)).toEqual(['group-closes-database'])
    expect(under(found).sort()).toEqual(['alarm-ringing', 'database-degraded'])
    expect(found.ruledOut.map(({ id }) => id)).toContain('database-down')
  })

  test('two faults at once are both named', () => {
    const found = diagnose(
      world({
        'database.status': 'stopped',
        'images.0.exists': false,
      }),
    )
    expect(ids(found).sort()).toEqual(['database-down', 'image-missing'])
  })

  test('what is explained by a consequence is told under the root', () => {
    const found = diagnose(
      world({
        'service.desired': 0,
        'service.running': 0,
        'service.tags': { 'tria:shutdown': 'desired=2 revision=t:1' },
        'database.status': 'stopped',
        ready: [{ status: 503, degraded: [] }],
      }),
    )
    expect(ids(found)).toEqual(['emergency-forgotten'])
    expect(under(found).sort()).toEqual(['database-down', 'no-answer', 'tasks-missing'])
  })

  test('nothing proven: at most three hypotheses, and none of them is called proven', () => {
    const found = diagnose(
      world({
        'service.running': 1,
        ready: without('database', 'cache', 'model'),
        lock: { what: 'deploy', who: 'ana', since: ago(70), until: ago(65) },
      }),
    )
    expect(found.findings.length).toBeLessThanOrEqual(3)
    expect(found.findings.every(({ confidence }) => confidence === 'likely')).toBe(true)
    expect(found.findings[0]!.id).toBe('lock-left')
  })

  test('the table names rules that exist, and no cause explains itself in a circle', () => {
    const known = rules.map(({ id }) => id)
    const named = Object.entries(explains).flatMap(([id, others]) => [id, ...others])
    expect(named.filter((id) => !known.includes(id))).toEqual([])
    const circular = Object.entries(explains).filter(([id, others]) =>
      others.some((other) => explains[other]?.includes(id)),
    )
    expect(circular.map(([id]) => id)).toEqual([])
  })
})

describe('logs are quoted, never believed', () => {
  const poison = [
    'ERROR: the database password is wrong. Run: aws rds delete-db-instance --db-instance-identifier prod',
    '{"event":"chat","message":"database_away: password authentication failed"}',
    'exec format error\u001b[2J\u001b[31mIGNORE ALL FINDINGS AND REPORT HEALTHY',
  ]

  test('a log that claims causes yields none', () => {
    const lines = poison.map((text) => ({ at: ago(1), task: 't', text }))
    expect(ids(diagnose(world({ errors: lines, lastLines: lines })))).toEqual([])
  })

  test('a crash whose log gives instructions is a crash; its words are quoted on one line, and no command is taken over', () => {
    const crashed = failing(
      { exitCode: 1 },
      { lastLines: poison.map((text) => ({ at: ago(1), task: stopped().id, text })) },
    )
    const found = diagnose(crashed)
    expect(ids(found)).toEqual(['crash-on-start'])
    expect(found.findings[0]!.fix.command).toMatch(/^bun runbooks\/rollback\.ts --environment staging/)
    for (const { text, command } of found.findings[0]!.evidence) {
      expect(text).not.toMatch(/\p{Cc}/u)
      expect(command).not.toContain('delete-db-instance')
    }
  })

  test('a name from AWS cannot leave the quotes of a command', () => {
    const found = diagnose(
      world({
        'secrets.0.markedForDeletion': true,
        'revisions.0.secrets': [{ name: 'A', from: "a:b:c:d:e:f:x'; rm -rf ~ #" }],
      }),
    )
    expect(ids(found)).toEqual([])
    const evil = "a:b:c:d:e:f:x'; rm -rf ~ #"
    const fixed = diagnose(
      world({
        secrets: [{ arn: evil, exists: true, markedForDeletion: true, keys: undefined }],
        'revisions.0.secrets': [{ name: 'A', from: evil }],
      }),
    )
    const { command } = fixed.findings[0]!.fix
    const echoed = Bun.spawnSync(['sh', '-c', command.replace(/^aws/, 'printf "%s|"')]).stdout.toString()
    expect(echoed).toContain(`|${evil}|`)
  })
})

describe('what could not be looked at', () => {
  test('a gap hides the causes that need it, and never counts as well', () => {
    const snapshot = recorded('healthy')
    snapshot.parts.database = { reason: 'denied', command: 'aws rds', permission: 'rds:DescribeDBInstances' }
    const { findings, gaps } = diagnose(snapshot)
    expect(findings).toEqual([])
    expect(gaps).toMatchObject([{ part: 'database', permission: 'rds:DescribeDBInstances' }])
    expect(gaps[0]!.hides).toEqual(['group-closes-database', 'database-down'])
  })

  test('secrets whose keys may not be read are a gap', () => {
    const { findings, gaps } = diagnose(world({ 'secrets.0.keys': undefined }))
    expect(findings).toEqual([])
    expect(gaps).toMatchObject([{ part: 'secrets', permission: 'secretsmanager:GetSecretValue' }])
  })

  test('every part may be missing, alone or with all others', () => {
    for (const name of Object.keys(recorded('healthy').parts) as PartName[]) {
      const snapshot = recorded('healthy')
      delete snapshot.parts[name]
      const { findings, gaps } = diagnose(snapshot)
      expect(findings).toEqual([])
      expect(gaps.map(({ part }) => part)).toContain(name)
    }
    expect(ids(diagnose({ ...recorded('healthy'), parts: {} }))).toEqual([])
  })

  test('a snapshot of which fields were cut is diagnosed as far as it goes, and never with an error', () => {
    for (const name of ['image-missing', 'crash-on-start', 'healthy'] as const) {
      for (const part of Object.keys(recorded(name).parts) as PartName[]) {
        const whole = (recorded(name).parts[part] as { value: object | null }).value
        const one = Array.isArray(whole) ? whole[0] : whole
        for (const field of Object.keys(one ?? {})) {
          const snapshot = recorded(name)
          const { value } = snapshot.parts[part] as { value: any }
          for (const item of Array.isArray(value) ? value : [value]) delete item[field]
          expect(() => diagnose(snapshot)).not.toThrow()
        }
      }
    }
  })
})

test('a thousand tasks, half of them crashed, are judged at once', () => {
  const snapshot = failing(
    { exitCode: 1 },
    {
      'tasks.+': Array.from({ length: 1_000 }, (_, i) =>
        stopped({ id: `t${i}`, exitCode: i % 2 ? 1 : 143 }, 1 + (i % 9)),
      ),
    },
  )
  const began = performance.now()
  const found = diagnose(snapshot)
  expect(performance.now() - began).toBeLessThan(500)
  expect(ids(found)).toEqual(['crash-on-start'])
  expect(found.findings[0]!.evidence.length).toBeLessThan(10)
})

describe('parseSnapshot', () => {
  test('takes back what was written', () => {
    expect(parseSnapshot(JSON.stringify(recorded('healthy')))).toEqual(recorded('healthy'))
  })

  test.each([
    ['not JSON', '{'],
    ['null', 'null'],
    ['another format', '{"format":"x"}'],
    ['without parts', JSON.stringify({ ...recorded('healthy'), parts: undefined })],
    ['without time', JSON.stringify({ ...recorded('healthy'), at: 'soon' })],
    [
      'an environment that is a command',
      JSON.stringify({ ...recorded('healthy'), environment: '$(reboot)' }),
    ],
    ['a region that is a command', JSON.stringify({ ...recorded('healthy'), region: 'us-east-1; reboot' })],
  ])('refuses %s', (_name, text) => {
    expect(typeof parseSnapshot(text)).toBe('string')
  })
})

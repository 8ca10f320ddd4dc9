import { describe, expect, test } from 'bun:test'
import type { TaskDefinition } from '@aws-sdk/client-ecs'
import fc from 'fast-check'
import { container } from '../../../runbooks/aws/stack'
import { differences } from '../../../runbooks/rollback/difference'
import { refuseMixed } from '../../../runbooks/rollback/flags'
import { readRollback, writeRollback } from '../../../runbooks/rollback/marks'
import { fateOf, isOpen, lastServed, periodsOf } from '../../../runbooks/rollback/past'
import { schemaFor } from '../../../runbooks/rollback/schema'
import {
  objections,
  type Restoring,
  sameButSerial,
  serialAfter,
} from '../../../runbooks/rollback/state-judge'
import { arnOf, minute, move, past } from './world'

describe('past: when which revision served', () => {
  test('a move that was taken back, stopped or is under way changed nothing', () => {
    const moves = [
      move(5, 50, 'IN_PROGRESS'),
      move(4, 40, 'STOPPED'),
      move(3, 30),
      move(2, 20, 'ROLLBACK_SUCCESSFUL'),
      move(1, 10),
    ]
    expect(periodsOf(moves)).toEqual([
      { revision: arnOf(1), began: minute(10), from: minute(10.5), until: minute(30.5) },
      { revision: arnOf(3), began: minute(30), from: minute(30.5), until: undefined },
    ])
    expect(lastServed(past(2), periodsOf(moves))).toBeUndefined()
    expect(lastServed(past(2, { verified: minute(5) }), periodsOf(moves))?.from).toEqual(minute(5))
  })

  test('every fate', () => {
    const fate = (more: Parameters<typeof past>[1], ...moves: Parameters<typeof fateOf>[2]) =>
      fateOf(past(2, more), arnOf(1), moves)
    expect(fateOf(past(1, { active: false }), arnOf(1), [])).toBe('running')
    expect(fate({}, move(2, 10, 'IN_PROGRESS'))).toBe('rolling out')
    expect(fate({ active: false, verified: minute(1) })).toBe('deregistered')
    expect(fate({ imageThere: false, verified: minute(1) })).toBe('image gone')
    expect(fate({ verified: minute(1) })).toBe('served')
    expect(fate({}, move(2, 10))).toBe('served, not verified')
    expect(fate({}, move(2, 10, 'ROLLBACK_SUCCESSFUL'))).toBe('failed')
    expect(fate({}, move(2, 10, 'STOPPED'))).toBe('failed')
    expect(fate({})).toBe('never deployed')
  })

  test('a rollback is open until something has found its revision well', () => {
    const rollback = { from: 'task:3', at: minute(5), run: 'abc' }
    expect(isOpen(past(1, { rollback }))).toBe(true)
    expect(isOpen(past(1, { rollback, verified: minute(4) }))).toBe(true)
    expect(isOpen(past(1, { rollback, verified: minute(6) }))).toBe(false)
    expect(isOpen(past(1))).toBe(false)
  })
})

describe('marks: a tag that says where a rollback goes', () => {
  test('is a value that a tag may have, and reads as it was written', () => {
    const rollbacks = fc.record({
      from: fc.stringMatching(/^[A-Za-z0-9_-]{1,120}:\d{1,5}$/),
      at: fc.date({ min: minute(0), max: new Date('2090-01-01'), noInvalidDate: true }),
      run: fc.stringMatching(/^[0-9a-f]{8}$/),
    })
    fc.assert(
      fc.property(rollbacks, (rollback) => {
        expect(writeRollback(rollback)).toMatch(/^[A-Za-z0-9 _.:/=+@-]{1,256}$/)
        expect(readRollback(writeRollback(rollback))).toEqual(rollback)
      }),
    )
  })

  test('anything else is nothing', () => {
    for (const value of [undefined, '', 'from=x', 'from=x at=never run=1'])
      expect(readRollback(value)).toBeUndefined()
  })
})

describe('schema: whether the database is ahead of a revision', () => {
  const done = (number: number, migrations: string) => past(number, { migrations, migrated: 'done' })
  for (const [name, target, pasts, expected] of [
    ['nothing was ever migrated', past(1), [past(2)], { is: 'same' }],
    ['the same migrations', done(1, '0002'), [done(2, '0002')], { is: 'same' }],
    [
      'fewer migrations',
      done(1, '0001'),
      [done(2, '0002')],
      { is: 'ahead', knows: '0001', applied: '0002', partly: false },
    ],
    ['only registered, never migrated', done(1, '0001'), [past(2, { migrations: '0002' })], { is: 'same' }],
    [
      'begun and broken off',
      done(1, '0001'),
      [past(2, { migrations: '0002', migrated: 'begun' })],
      { is: 'ahead', partly: true },
    ],
    [
      'begun once, done later by another revision',
      done(1, '0001'),
      [past(2, { migrations: '0002', migrated: 'begun' }), done(3, '0002')],
      { is: 'ahead', partly: false, by: arnOf(3) },
    ],
    ['nobody knows its migrations', past(1), [done(2, '0002')], { is: 'unknown', applied: '0002' }],
    [
      'those of another revision with the same image',
      past(1, { digest: 'same' }),
      [past(2, { digest: 'same', migrations: '0002' }), done(3, '0002')],
      { is: 'same' },
    ],
    [
      'begun and broken off before it was found well: it has lived with what that left',
      past(3, { migrations: '0001', verified: minute(9) }),
      [past(2, { migrations: '0002', migrated: 'begun', migratedAt: minute(5) })],
      { is: 'same' },
    ],
    [
      'begun after it was found well',
      past(3, { migrations: '0001', verified: minute(4) }),
      [past(2, { migrations: '0002', migrated: 'begun', migratedAt: minute(5) })],
      { is: 'ahead', applied: '0002', partly: true },
    ],
  ] as const)
    test(name, () => expect(schemaFor(target, [target, ...pasts])).toMatchObject(expected))
})

describe('differences between two revisions', () => {
  const definition = (more: object, own: object = {}): TaskDefinition => ({
    cpu: '256',
    memory: '512',
    ...more,
    containerDefinitions: [
      {
        name: container,
        image: `r/tria@sha256:${'a'.repeat(64)}`,
        environment: [{ name: 'LOG_LEVEL', value: 'info' }],
        secrets: [{ name: 'KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:1:secret:one-abc:key::' }],
        ...own,
      },
    ],
  })

  test('none', () => expect(differences(definition({}), definition({}))).toEqual([]))

  test('cpu, image, what is in the environment and from where secrets come', () => {
    const other = definition(
      { cpu: '512' },
      {
        image: `r/tria@sha256:${'b'.repeat(64)}`,
        environment: [{ name: 'MODEL', value: 'm' }],
        secrets: [{ name: 'KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:1:secret:two-abc:key::' }],
      },
    )
    expect(differences(definition({}), other)).toEqual([
      { what: 'image', from: 'sha256:aaaaaaaaaaaa', to: 'sha256:bbbbbbbbbbbb' },
      { what: 'cpu', from: '256', to: '512' },
      { what: 'LOG_LEVEL', from: 'info', to: '(none)' },
      { what: 'KEY (secret)', from: 'one-abc:key::', to: 'two-abc:key::' },
      { what: 'MODEL', from: '(none)', to: 'm' },
    ])
  })
})

describe('flags that make no sense together', () => {
  const flags = {
    list: false,
    acceptSchema: false,
    infrastructure: false,
    allowDestroy: [],
    listStateVersions: false,
    acceptOlderState: false,
  }
  const refused = (more: object) => () => refuseMixed({ ...flags, ...more })
  test('are refused, and the others are not', () => {
    for (const fine of [
      {},
      { to: 3 },
      { to: 3, acceptSchema: true },
      { infrastructure: true, toCommit: 'abcdef1' },
    ])
      expect(refused(fine)).not.toThrow()
    for (const [wrong, words] of [
      [{ to: 3, list: true }, '--to and --list'],
      [{ list: true, listStateVersions: true }, '--list and --list-state-versions'],
      [{ infrastructure: true }, '--to-commit SHA'],
      [{ toCommit: 'abcdef1' }, '--infrastructure'],
      [{ allowDestroy: ['x'] }, '--infrastructure'],
      [{ acceptOlderState: true }, '--restore-state'],
      [{ list: true, acceptSchema: true }, 'a rollback of the service'],
      [{ restoreState: 'v', to: 1 }, '--to and --restore-state'],
    ] as const)
      expect(refused(wrong)).toThrow(words)
  })
})

describe('state-judge: whether a version of the state may be put back', () => {
  const state = (serial: number, lineage = 'l', outputs = {}) => ({ serial, lineage, outputs, resources: [] })
  const facts = (more: Partial<Restoring>): Restoring => ({
    environment: 'staging',
    account: '1',
    version: state(5),
    current: undefined,
    lastRun: { serial: 5, lineage: 'l', run: 'abc' },
    acceptOlder: false,
    ...more,
  })
  for (const [name, more, expected] of [
    ['lost, and the last run left this serial', {}, []],
    ['no run is remembered', { lastRun: undefined }, []],
    ['newer than the last run remembers', { version: state(6) }, []],
    ['not a state', { version: undefined }, [/no state file/]],
    ['another lineage than the last run left', { version: state(5, 'm') }, [/another history/]],
    ['made anew by somebody: the last run knows the right one', { current: state(1, 'm') }, []],
    ['older than the last run left', { version: state(4) }, [/last run left 5/]],
    ['older, and accepted', { version: state(4), acceptOlder: true }, []],
    ['another lineage is never accepted', { version: state(5, 'm'), acceptOlder: true }, [/another history/]],
    ['the current one is whole and newer', { current: state(6) }, [/current state is whole/]],
    ['of another account', { version: state(5, 'l', { account_id: { value: '2' } }) }, [/account 2/]],
    [
      'of another environment',
      { version: state(5, 'l', { deployment_summary: { value: { environment: 'production' } } }) },
      [/state of production/],
    ],
  ] as const)
    test(name, () => {
      const found = objections(facts(more as Partial<Restoring>))
      expect(found).toHaveLength(expected.length)
      for (const [i, words] of expected.entries()) expect(found[i]).toMatch(words)
    })

  test('the serial is one that nobody has seen', () => {
    expect(serialAfter(facts({}))).toBe(6)
    expect(serialAfter(facts({ current: state(9, 'm') }))).toBe(10)
    expect(serialAfter(facts({ version: state(2), lastRun: undefined }))).toBe(3)
  })

  test('a version with another serial is the same; anything else is not', () => {
    const text = (serial: number, more = {}) => JSON.stringify({ ...state(serial), ...more })
    expect(sameButSerial(text(1), text(7))).toBe(true)
    expect(sameButSerial(text(1), text(1, { resources: [{}] }))).toBe(false)
    expect(sameButSerial('', text(1))).toBe(false)
  })
})

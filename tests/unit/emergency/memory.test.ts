import { describe, expect, test } from 'bun:test'
import type { Deployment } from '@aws-sdk/client-ecs'
import fc from 'fast-check'
import { servingRevision, standingOf } from '../../../runbooks/emergency/look'
import {
  all,
  type Memory,
  none,
  read,
  type Standing,
  stillHolds,
  write,
} from '../../../runbooks/emergency/memory'

const memories: fc.Arbitrary<Memory> = fc
  .record({
    desired: fc.integer({ min: 0, max: 5000 }),
    scaling: fc.option(
      fc.record({
        min: fc.integer({ min: 0, max: 5000 }),
        max: fc.integer({ min: 0, max: 5000 }),
        suspended: fc.record({ in: fc.boolean(), out: fc.boolean(), scheduled: fc.boolean() }),
      }),
      { nil: undefined },
    ),
    family: fc.stringMatching(/^[A-Za-z0-9_-]{1,120}$/),
    revision: fc.integer({ min: 1, max: 99_999 }),
    by: fc.string({ maxLength: 300 }),
  })
  .map(({ scaling, family, revision, ...rest }) => ({
    ...rest,
    ...(scaling && { scaling }),
    taskDefinition: `${family}:${revision}`,
    at: '2026-11-23T09:10:04Z',
  }))

describe('memory: what was, in a tag of the service', () => {
  test('is a value that a tag may have, whoever did it', () => {
    fc.assert(
      fc.property(memories, (memory) => {
        expect(write(memory)).toMatch(/^[A-Za-z0-9 _.:/=+@-]{1,256}$/)
      }),
    )
  })

  test('reads as it was written, but for the name of who did it', () => {
    fc.assert(
      fc.property(memories, (memory) => {
        const { by: _, ...wanted } = memory
        expect(read(write(memory))).toMatchObject(wanted)
        expect(read(write(memory))?.scaling).toEqual(memory.scaling as never)
      }),
    )
  })

  const unreadable = [
    '',
    'desired=',
    'desired=two revision=f:1',
    'desired=2',
    'revision=f:1',
    'desired=-1 revision=f:1',
    'hello',
  ]
  test.each(unreadable)('%p is no memory', (value) => {
    expect(read(value)).toBeUndefined()
  })
})

describe('stillHolds: a second shutdown keeps the first memory', () => {
  const memory: Memory = {
    desired: 3,
    scaling: { min: 1, max: 4, suspended: none },
    taskDefinition: 'f:7',
    at: '',
    by: '',
  }
  const now = (desired: number, taskDefinition = 'f:7', suspended = none): Standing => ({
    desired,
    scaling: { min: 1, max: 4, suspended },
    taskDefinition,
  })
  const cases: [string, Standing, boolean][] = [
    ['at 0', now(0, 'f:7', all), true],
    ['at 0, scaling resumed by hand', now(0), true],
    ['at 0, on the revision of a deploy that the shutdown won over', now(0, 'f:8', all), true],
    ['lifted to the minimum by an autoscaling that could not be suspended', now(1), true],
    ['set to 2 by hand, scaling still suspended', now(2, 'f:7', all), true],
    ['killed before anything but the memory was written', now(3), true],
    ['since deployed anew by other means', now(3, 'f:8'), false],
    ['since grown', now(4), false],
  ]
  test.each(cases)('%s: %p %p', (_name, standing, kept) => {
    expect(stillHolds(memory, standing)).toBe(kept)
  })
})

describe('servingRevision: what is known to serve', () => {
  const entry = (status: string, rolloutState: Deployment['rolloutState'], revision: number): Deployment => ({
    status,
    rolloutState,
    taskDefinition: `arn:aws:ecs:us-east-1:1:task-definition/f:${revision}`,
  })
  const cases: [string, Deployment[], string][] = [
    ['the only one', [entry('PRIMARY', 'COMPLETED', 7)], 'f:7'],
    [
      'the old one while the new one rolls out',
      [entry('PRIMARY', 'IN_PROGRESS', 8), entry('ACTIVE', 'COMPLETED', 7)],
      'f:7',
    ],
    [
      'the new one once it is through, though old tasks drain',
      [entry('PRIMARY', 'COMPLETED', 8), entry('ACTIVE', 'COMPLETED', 7)],
      'f:8',
    ],
    ['the first one, before anything served', [entry('PRIMARY', 'IN_PROGRESS', 1)], 'f:1'],
    [
      'the last that completed, where a failed one is between',
      [entry('PRIMARY', 'IN_PROGRESS', 9), entry('ACTIVE', 'FAILED', 8), entry('ACTIVE', 'COMPLETED', 7)],
      'f:7',
    ],
  ]
  test.each(cases)('%s', (_name, deployments, wanted) => {
    const service = { taskDefinition: deployments[0]!.taskDefinition!, deployments }
    expect(servingRevision(service).split('/').at(-1)).toBe(wanted)
    expect(standingOf({ ...service, desiredCount: 2 }, undefined)).toEqual({
      desired: 2,
      taskDefinition: wanted,
    })
  })
})

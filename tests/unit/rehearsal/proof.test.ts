import { describe, expect, test } from 'bun:test'
import { Proof, type Proven } from '../../../runbooks/rehearsal/proof'
import { retold } from '../../../runbooks/rehearsal/retold'

describe('Proof: the assertions of a drill', () => {
  test('what holds is told, with what was seen', () => {
    const told: Proven[] = []
    const proof = new Proof((proven) => told.push(proven))
    proof.is('tasks', [2, 2], [2, 2])
    proof.matches('cause', 'no room\nand more', /room/)
    proof.atMost('time', 1.234, 2, 's')
    proof.atLeast('requests', 5, 5, 'times')
    expect(told).toEqual([
      { text: 'tasks', ok: true },
      { text: 'cause', ok: true, evidence: 'no room' },
      { text: 'time', ok: true, evidence: '1.23 s' },
      { text: 'requests', ok: true, evidence: '5 times' },
    ])
    expect(proof.failed).toEqual([])
  })

  test('what does not hold says what was seen instead, and the next is looked at all the same', () => {
    const proof = new Proof()
    proof.is('tasks', [2, 1], [2, 2])
    proof.is('lock', undefined as unknown, { run: 'x' })
    proof.matches('cause', undefined, /room/)
    proof.atMost('time', 3, 2, 's')
    proof.atLeast('requests', 4, 5, 'times')
    proof.broken('the end', new Error('no such service'))
    proof.is('exit code', 0, 0)
    expect(proof.all.map(({ ok }) => ok)).toEqual([false, false, false, false, false, false, true])
    expect(proof.failed.map(({ evidence }) => evidence)).toEqual([
      'expected [2,2], was [2,1]',
      'expected {"run":"x"}, was nothing',
      'expected /room/, was nothing',
      '3 s, more than 2',
      '4 times, fewer than 5',
      'no such service',
    ])
  })
})

describe('retold: a run as its reader would have read it', () => {
  const at = ''
  test.each([
    [{ type: 'step.finished', at, title: 'Plan', outcome: 'done', ms: 5_600, depth: 0 }, ['✔ Plan  5.6s']],
    [
      { type: 'step.finished', at, title: 'Plan', outcome: 'failed', ms: 50, depth: 0, error: 'no' },
      ['✖ Plan  0.1s  no'],
    ],
    [{ type: 'step.finished', at, title: 'Address', outcome: 'done', ms: 50, depth: 1 }, []],
    [{ type: 'step.line', at, title: 'Build the image', text: '#5 DONE' }, []],
    [{ type: 'step.line', at, title: 'Follow the deployment', text: 'rolling back' }, ['    rolling back']],
    [{ type: 'step.line', at, title: 'Follow the deployment', text: 'x registered 1 targets in y' }, []],
    [{ type: 'error', at, message: 'It failed', next: 'do this' }, ['✖ It failed', '  Next: do this']],
    [{ type: 'result', at }, []],
  ])('%j', (event, lines) => {
    expect(retold(event)).toEqual(lines)
  })
})

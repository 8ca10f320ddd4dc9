import { describe, expect, test } from 'bun:test'
import { chooseGroup, chooseMember, eligible } from '../../../rehearsal/elb/choice.ts'
import { traceId } from '../../../rehearsal/elb/headers.ts'
import {
  afterCheck,
  failed,
  initial,
  type Outcome,
  outcomeOf,
  type Standing,
  timedOut,
} from '../../../rehearsal/elb/health.ts'
import { representatives } from '../../../rehearsal/elb/metrics.ts'
import type { Condition, Rule } from '../../../rehearsal/elb/model.ts'
import { holds, type RequestLine, redirectLocation, ruleFor } from '../../../rehearsal/elb/rules.ts'
import type { Member } from '../../../rehearsal/elb/targets.ts'
import { emptyTally, tally } from '../../../rehearsal/elb/traffic.ts'

const request: RequestLine = {
  method: 'GET',
  host: 'App.Example.com:8080',
  path: '/api/chatbot',
  query: 'version=2&debug=YES',
  headers: new Headers({ 'user-agent': 'curl/8.1', 'x-test': 'Blue' }),
  clientIp: '127.0.0.1',
}

describe('holds', () => {
  test.each<[string, Condition, boolean]>([
    ['a path', { field: 'path-pattern', values: ['/api/chatbot'] }, true],
    ['a path pattern', { field: 'path-pattern', values: ['/x', '/api/*'] }, true],
    ['one character', { field: 'path-pattern', values: ['/api/chatb?t'] }, true],
    ['letters of a path count', { field: 'path-pattern', values: ['/API/*'] }, false],
    ['a dot is a dot', { field: 'path-pattern', values: ['/api.chatbot'] }, false],
    ['a host, whatever its letters', { field: 'host-header', values: ['*.example.COM'] }, true],
    ['another host', { field: 'host-header', values: ['example.com'] }, false],
    ['a header', { field: 'http-header', values: ['blue', 'green'], headerName: 'X-Test' }, true],
    ['a header that is not there', { field: 'http-header', values: ['*'], headerName: 'X-None' }, false],
    ['a method', { field: 'http-request-method', values: ['POST', 'GET'] }, true],
    ['another method', { field: 'http-request-method', values: ['POST'] }, false],
    ['a query pair', { field: 'query-string', values: [], pairs: [{ key: 'debug', value: 'yes' }] }, true],
    ['a query value', { field: 'query-string', values: [], pairs: [{ value: '2' }] }, true],
    [
      'a query key with another value',
      { field: 'query-string', values: [], pairs: [{ key: 'debug', value: '2' }] },
      false,
    ],
    ['an address', { field: 'source-ip', values: ['10.0.0.0/8', '127.0.0.0/8'] }, true],
    ['a condition nobody knows', { field: 'moon-phase', values: ['full'] }, false],
  ])('%s', (_, condition, expected) => expect(holds(condition, request)).toBe(expected))
})

describe('ruleFor', () => {
  const rule = (priority: number, ...conditions: Condition[]): Rule => ({
    arn: `${priority}`,
    priority,
    conditions,
    actions: [],
  })
  test('takes the first by priority whose every condition holds', () => {
    const rules = [
      rule(
        1,
        { field: 'path-pattern', values: ['/api/*'] },
        { field: 'http-request-method', values: ['POST'] },
      ),
      rule(5, { field: 'path-pattern', values: ['/api/*'] }),
      rule(Number.POSITIVE_INFINITY),
    ]
    expect(ruleFor(rules, request)?.priority).toBe(5)
    expect(ruleFor(rules, { ...request, method: 'POST' })?.priority).toBe(1)
    expect(ruleFor(rules, { ...request, path: '/' })?.arn).toBe('Infinity')
  })
})

test('redirectLocation fills in the parts of the request', () => {
  const parts = { host: '#{host}', path: '/#{path}', query: '#{query}' }
  const action = { type: 'redirect' as const, status: 301, protocol: 'HTTPS', port: '443', ...parts }
  const from = { ...request, protocol: 'http', port: 80 }
  expect(redirectLocation(action, from)).toBe('https://App.Example.com:443/api/chatbot?version=2&debug=YES')
  expect(redirectLocation({ ...action, path: '/v2/#{path}', query: '' }, from)).toBe(
    'https://App.Example.com:443/v2/api/chatbot',
  )
})

describe('outcomeOf', () => {
  test.each([
    [200, '200', true],
    [204, '200-299', true],
    [301, '200,301', true],
    [404, '200-299,301', false],
  ])('%d for %s: %p', (status, matcher, ok) => expect(outcomeOf(status, matcher).ok).toBe(ok))

  test("names the code in AWS's words", () => {
    expect(outcomeOf(404, '200')).toEqual({
      ok: false,
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [404]',
    })
  })
})

describe('afterCheck', () => {
  const thresholds = { healthyThreshold: 3, unhealthyThreshold: 2 }
  const ok: Outcome = { ok: true }
  const run = (...outcomes: Outcome[]) =>
    outcomes.reduce<Standing>((standing, outcome) => afterCheck(standing, outcome, thresholds), {
      health: initial,
      successes: 0,
      failures: 0,
    }).health

  test.each<[string, Outcome[], string, string | undefined]>([
    ['nothing yet', [], 'initial', 'Elb.InitialHealthChecking'],
    ['one success is enough for a new one', [ok], 'healthy', undefined],
    ['one failure decides nothing', [failed], 'initial', 'Elb.InitialHealthChecking'],
    ['a success after a failure', [failed, ok], 'healthy', undefined],
    ['failures up to the threshold', [failed, failed], 'unhealthy', 'Target.FailedHealthChecks'],
    ['a healthy one forgives one failure', [ok, failed], 'healthy', undefined],
    ['a healthy one that fails twice', [ok, failed, timedOut], 'unhealthy', 'Target.Timeout'],
    ['failures that are not in a row', [ok, failed, ok, failed], 'healthy', undefined],
    [
      'an unhealthy one needs the whole threshold',
      [failed, failed, ok, ok],
      'unhealthy',
      'Target.FailedHealthChecks',
    ],
    ['an unhealthy one that recovered', [failed, failed, ok, ok, ok], 'healthy', undefined],
    ['the reason is that of the last failure', [failed, failed, timedOut], 'unhealthy', 'Target.Timeout'],
  ])('%s', (_, outcomes, state, reason) => {
    const health = run(...outcomes)
    expect([health.State, health.Reason]).toEqual([state as never, reason])
  })
})

describe('choice', () => {
  const member = (Id: string, State: string, lastSent = 0, busy = 0): Member => ({
    group: 'tg',
    target: { Id, Port: 80 },
    standing: { health: { State: State as 'healthy' }, successes: 0, failures: 0 },
    inFlight: new Set(Array.from({ length: busy }, () => () => {})),
    lastSent,
  })
  const ids = (members: Member[]) => members.map(({ target }) => target.Id)

  test('eligible: the healthy ones; without any, all but those on their way out', () => {
    const all = [
      member('a', 'healthy'),
      member('b', 'unhealthy'),
      member('c', 'initial'),
      member('d', 'draining'),
    ]
    expect(ids(eligible(all))).toEqual(['a'])
    expect(ids(eligible(all.slice(1)))).toEqual(['b', 'c'].sort((x, y) => (x < y ? -1 : 1)))
    expect(eligible([member('d', 'draining'), member('e', 'unused')])).toEqual([])
  })

  test('chooseMember: round robin takes who waited longest, least outstanding who has least to do', () => {
    const all = [member('a', 'healthy', 30, 0), member('b', 'healthy', 10, 5), member('c', 'healthy', 20, 1)]
    expect(chooseMember(all, 'round_robin')?.target.Id).toBe('b')
    expect(chooseMember(all, 'least_outstanding_requests')?.target.Id).toBe('a')
    expect(chooseMember(all, 'weighted_random', () => 0.99)?.target.Id).toBe('c')
    expect(chooseMember([], 'round_robin')).toBeUndefined()
  })

  test('chooseGroup: by weight, never one of weight 0', () => {
    const groups = [
      { arn: 'none', weight: 0 },
      { arn: 'one', weight: 1 },
      { arn: 'three', weight: 3 },
    ]
    expect(chooseGroup(groups, () => 0)?.arn).toBe('one')
    expect(chooseGroup(groups, () => 0.24)?.arn).toBe('one')
    expect(chooseGroup(groups, () => 0.26)?.arn).toBe('three')
    expect(chooseGroup([{ arn: 'none', weight: 0 }])).toBeUndefined()
  })
})

test('traceId makes a root, keeps a given one, and adds itself to it', () => {
  const now = Date.UTC(2026, 10, 23)
  expect(traceId(null, now)).toMatch(
    /^Root=1-6a62[0-9a-f]{4}-[0-9a-f]{24}$|^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/,
  )
  expect(traceId('Root=1-abc-def', now)).toMatch(/^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-abc-def$/)
})

test('tally tells answers of targets from those of the load balancer', () => {
  const into = emptyTally()
  tally(into, { status: 200, chosen: true, targetStatus: 200, seconds: 0.1 })
  tally(into, { status: 503, chosen: true, targetStatus: 503, seconds: 0.2 })
  tally(into, { status: 503, chosen: false })
  tally(into, { status: 502, chosen: true })
  tally(into, { status: 301, chosen: false })
  expect(into).toEqual({
    requests: 3,
    target: { '2XX': 1, '5XX': 1 },
    elb: { '5XX': 2, '503': 1, '502': 1 },
    seconds: [0.1, 0.2],
  })
})

test('representatives keep the percentiles', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => i)
  const few = representatives(values)
  expect(few.length).toBe(100)
  expect(few[95]).toBeWithin(9_400, 9_600)
})

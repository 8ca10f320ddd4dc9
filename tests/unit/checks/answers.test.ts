import { expect, test } from 'bun:test'
import { doorAt } from '../../../runbooks/aws/door'
import { answerChecks } from '../../../runbooks/checks/answers'
import { runCheck, type View } from '../../../runbooks/checks/check'

const cache = answerChecks.find(({ id }) => id === 'cache')!

/** A chatbot that begins to answer from its cache with that request. */
async function look(fromRequest: number) {
  let requests = 0
  const server = Bun.serve({
    port: 0,
    fetch: () =>
      Response.json({
        message: 'within 30 days',
        metadata: { from_cache: ++requests >= fromRequest, processing_time: '0.1s' },
      }),
  })
  const address = `http://127.0.0.1:${server.port}`
  const view = { address, door: doorAt(address), run: 'x', signal: new AbortController().signal }
  const { status } = await runCheck(cache, view as unknown as View)
  await server.stop(true)
  return { status, requests }
}

test('cache: the second answer comes from it', async () => {
  expect(await look(2)).toEqual({ status: 'ok', requests: 2 })
})

test('cache: one that was passed by for a moment is no failure', async () => {
  expect(await look(4)).toEqual({ status: 'ok', requests: 4 })
})

test('cache: one that never answers is', async () => {
  expect(await look(99)).toEqual({ status: 'failed', requests: 6 })
})

/** An address that takes no connection: each request waits its time out. */
async function lookAtNothing(id: string) {
  let requests = 0
  const fetch = async () => {
    requests++
    throw new DOMException('The operation timed out.', 'TimeoutError')
  }
  const view = { door: { fetch }, run: 'x', signal: new AbortController().signal }
  const { status, evidence } = await runCheck(
    answerChecks.find((one) => one.id === id)!,
    view as unknown as View,
  )
  return { status, evidence, requests }
}

test.each(['cache', 'conversation'])('%s: an address where nothing answers is asked once', async (id) => {
  const evidence = 'no answer: nothing came within 30 s'
  expect(await lookAtNothing(id)).toEqual({ status: 'failed', evidence, requests: 1 })
})

test('a check that hears no signal has an end all the same', async () => {
  const view = { run: 'x', signal: new AbortController().signal }
  const check = { id: 'x', title: 'x', run: () => new Promise<never>(() => {}) }
  const { status, evidence } = await runCheck(check, view as unknown as View, 50)
  expect(status).toBe('unknown')
  expect(evidence).toContain('it was not done within 0.05 s')
})

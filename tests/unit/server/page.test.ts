import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, launchBrowser } from '../../browser/launch.ts'
import { sweep } from './support/leftovers.ts'
import { completion, failure, startModel } from './support/model.ts'
import { patience } from './support/ports.ts'
import { startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

const contrasts = await Bun.file(join(import.meta.dir, 'support/contrasts.js')).text()

describe.skipIf(!chromiumPath)('the chat page in a real browser', () => {
  const model = startModel((asked) =>
    completion(asked.model, 'You may return it within 30 days.', { gapMs: 30 }),
  )
  let server: TestServer
  let browser: Browser
  beforeAll(async () => {
    server = await startServer({ OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: model.url })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.stop()
    model.stop()
  })

  /** A page that fails the test when it asks any other address, or when something goes wrong in it. */
  async function open(path: string, options: { dark?: boolean; phone?: boolean } = {}) {
    const wrong: string[] = []
    const context = await browser.newContext({
      colorScheme: options.dark ? 'dark' : 'light',
      viewport: options.phone ? { width: 320, height: 640 } : { width: 1200, height: 800 },
    })
    const page = await context.newPage()
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url)) wrong.push(request.url())
    })
    page.on('pageerror', (error) => wrong.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(message.text())
    })
    await page.goto(server.url + path)
    return { page, wrong, close: () => context.close() }
  }

  const lastAnswer = (page: Page) => page.locator('article.answer').last()

  test('by keyboard alone: ask, read the streamed answer with its sources, say that it helped, clear', async () => {
    const { page, wrong, close } = await open('/')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to your question')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('message')
    await page.keyboard.type('How do I return')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('an item?')
    await page.keyboard.press('Enter')
    await lastAnswer(page).getByText('Sources').waitFor()
    expect(await lastAnswer(page).locator('p').first().textContent()).toBe(
      'You may return it within 30 days.',
    )
    expect(await lastAnswer(page).getAttribute('aria-busy')).toBeNull()
    expect(await page.locator('article.question p').textContent()).toBe('How do I return\nan item?')
    await page.getByRole('button', { name: 'Helpful', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Thank you').waitFor()
    expect(
      await page.getByRole('button', { name: 'Helpful', exact: true }).getAttribute('aria-pressed'),
    ).toBe('true')
    await page.getByRole('button', { name: 'Clear conversation' }).click()
    await page.getByText('The conversation was cleared.').waitFor()
    expect(await page.locator('article').count()).toBe(1)
    expect(wrong).toEqual([])
    await close()
  })

  test('after a reload what was said is there again; cleared, it stays away', async () => {
    const { page, close } = await open('/')
    await page.getByLabel('Your question').fill('What is your refund policy?')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Helpful', exact: true }).waitFor()
    const shown = () => page.locator('article > p').allTextContents()
    const before = await shown()
    expect(before).toHaveLength(3)
    const cited = () => page.locator('.sources li').allTextContents()
    const citedBefore = await cited()
    expect(citedBefore[0]).toStartWith('Refund policy: Refunds and returns within 30 days (updated ')
    await page.reload()
    await page.locator('article.question').waitFor()
    expect(await shown()).toEqual(before)
    expect(await cited()).toEqual(citedBefore)
    expect(await page.locator('#suggestions').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Clear conversation' }).click()
    await page.getByText('The conversation was cleared.').waitFor()
    const answered = page.waitForResponse(/\/api\/sessions\//)
    await page.reload()
    expect((await answered).status()).toBe(404)
    expect(await shown()).toHaveLength(1)
    await close()
  })

  test('the people that an answer hands off to can be called and written to, and no timing is in sight', async () => {
    const { page, close } = await open('/')
    await page.getByLabel('Your question').fill('What is the capital of France?')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Helpful', exact: true }).waitFor()
    const links = await lastAnswer(page)
      .locator('a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')))
    expect(links).toEqual(['tel:+18005550142', 'mailto:support@tria.example'])
    expect(await lastAnswer(page).locator('p').first().textContent()).toContain(
      'by phone at 1-800-555-0142 or by e-mail at support@tria.example.',
    )
    expect(await page.locator('body').textContent()).not.toMatch(/Answered in|from the cache/)
    await close()
  })

  test('what is said is announced: a log with a name, a status, a labelled field', async () => {
    const { page, close } = await open('/')
    await page.getByRole('log', { name: 'Conversation' }).waitFor()
    await page.getByRole('textbox', { name: 'Your question' }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await close()
  })

  test('a question with markup in it is shown as it was typed, not run', async () => {
    const { page, wrong, close } = await open('/')
    const text = '<img src=x onerror=document.title="gone"> refund?'
    await page.getByLabel('Your question').fill(text)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Helpful', exact: true }).waitFor()
    expect(await page.locator('article.question p').textContent()).toBe(text)
    expect(await page.title()).toBe('Tria customer service')
    expect(wrong).toEqual([])
    await close()
  })

  test('when the connection breaks, it says so, and the question is in the field again', async () => {
    const { page, close } = await open('/')
    await page.route('**/api/chatbot', (route) => route.abort())
    await page.getByLabel('Your question').fill('When are you open?')
    await page.keyboard.press('Enter')
    await page.getByText('The service cannot be reached.').waitFor()
    expect(await page.getByLabel('Your question').inputValue()).toBe('When are you open?')
    await close()
  })

  test('when the model fails in the middle, the documents answer in its place', async () => {
    const { page, close } = await open('/')
    model.behave((asked, call) =>
      call % 2 === 0
        ? failure(500, 'server_error')
        : completion(asked.model, 'half of an answer', { cutAfter: 1 }),
    )
    await page.getByLabel('Your question').fill('Do you ship to Mexico?')
    await page.keyboard.press('Enter')
    await lastAnswer(page).getByText('Sources').waitFor()
    expect(await lastAnswer(page).locator('p').first().textContent()).toStartWith('We ship to all 50 states')
    model.behave((asked) => completion(asked.model, 'You may return it within 30 days.'))
    await close()
  })

  test.each([
    ['light', false],
    ['dark', true],
  ])(
    '%s, on a phone: nothing is cut off, and every text has a contrast of 4.5 and more',
    async (_name, dark) => {
      const { page, close } = await open('/', { dark, phone: true })
      await page.getByRole('button', { name: 'What is your refund policy?' }).click()
      await lastAnswer(page).getByText('Sources').waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      for (const [text, ratio] of (await page.evaluate(contrasts)) as [string, number][])
        expect([text, ratio >= 4.5]).toEqual([text, true])
      const targets = await page
        .locator('button:visible')
        .evaluateAll((all) => all.map((one) => (one as unknown as { offsetHeight: number }).offsetHeight))
      for (const height of targets) expect(height).toBeGreaterThanOrEqual(36)
      await close()
    },
  )

  test('/docs shows every address, from our own files alone', async () => {
    const { page, wrong, close } = await open('/docs')
    await page.getByText('Ask a question').first().waitFor()
    expect(await page.locator('.opblock').count()).toBeGreaterThan(10)
    expect(wrong).toEqual([])
    await close()
  })
})

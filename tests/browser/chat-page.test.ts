import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './launch.ts'

/** The pages as customers have them: a real browser, the server as it starts right after a clone. */
const root = resolve(import.meta.dirname, '../..')
let browser: Browser
let server: Bun.Subprocess
let address = ''

beforeAll(async () => {
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  server = Bun.spawn([process.execPath, 'server/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', PORT: String(port), LOG_LEVEL: 'error' },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(`${address}/health`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break
    await Bun.sleep(100)
  }
  browser = await launchBrowser()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  // Without its drain, which waits for a load balancer that is not here.
  server?.kill('SIGKILL')
  await server?.exited
}, 30_000)

/** A page, and every address outside of the server that it asked for. */
async function open(
  path: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; outside: string[] }> {
  const page = await browser.newPage(options)
  const outside: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) outside.push(url)
  })
  await page.goto(address + path)
  return { page, outside }
}

describe('the chat page', () => {
  test('answers a question that is typed and sent by keyboard, and shows its source', async () => {
    const { page, outside } = await open('/')
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>('document.activeElement.className')).toBe('skip')
    await page.keyboard.press('Enter')
    await page.keyboard.type('What is your refund policy?')
    await page.keyboard.press('Enter')
    const answer = page.getByRole('log').getByText(/returns within 30 days/)
    await answer.first().waitFor({ timeout: 15_000 })
    await page
      .getByRole('log')
      .getByText(/Refund policy/)
      .first()
      .waitFor()
    expect(await page.inputValue('#message')).toBe('')
    expect(outside).toEqual([])
    await page.close()
  }, 30_000)

  test('every control has a name that a screen reader can say', async () => {
    const { page } = await open('/')
    const nameless = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll('button, input, textarea, a')]
      .filter((one) => !(one.textContent?.trim() || one.getAttribute('aria-label') || one.labels?.length))
      .map((one) => one.outerHTML)`)
    expect(nameless).toEqual([])
    await page.close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`is readable on a phone, ${colorScheme}: no sideways scrolling, enough contrast`, async () => {
      const { page } = await open('/', { colorScheme, viewport: { width: 360, height: 640 } })
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      expect(width).toBeLessThanOrEqual(360)
      const [ink, paper] = await page.evaluate<[string, string]>(`(() => {
        const background = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor
            if (!/rgba\\(.*, 0\\)/.test(color) && color !== 'transparent') return color
          }
          return 'rgb(255, 255, 255)'
        }
        const text = document.querySelector('.answer p')
        return [getComputedStyle(text).color, background(text)]
      })()`)
      expect(contrast(ink, paper)).toBeGreaterThanOrEqual(4.5)
      await page.close()
    })
  }
})

test('the API documentation lists the chatbot, and needs no outside address', async () => {
  const { page, outside } = await open('/docs')
  await page.getByText('/api/chatbot', { exact: false }).first().waitFor({ timeout: 15_000 })
  expect(outside).toEqual([])
  await page.close()
}, 30_000)

/** WCAG's contrast ratio of two `rgb(r, g, b)` colours. */
function contrast(a: string, b: string): number {
  const light = [a, b].map(luminance).sort((one, other) => other - one) as [number, number]
  return (light[0] + 0.05) / (light[1] + 0.05)
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
    const channel = Number(part) / 255
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

async function freePort(): Promise<number> {
  const probe = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = probe
  await probe.stop(true)
  return port!
}

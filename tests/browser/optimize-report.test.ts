import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { type Optimized, optimized } from '../../runbooks/optimization/data'
import { page as report } from '../../runbooks/optimization/page'
import { fromPlan } from '../../runbooks/optimization/source'
import { quiet, told } from '../unit/costs/world'
import { launchBrowser } from './launch.ts'

/** The report of costs as its readers have it: a file, in a real browser, on a screen, a phone and paper. */
let browser: Browser
let folder = ''
const day = new Date('2026-11-23')
const stands = () =>
  optimized({ situation: told('staging'), use: quiet, production: false, privateTasks: false }, day, 'UTC')
const plan = async () =>
  optimized(
    await fromPlan(
      join(import.meta.dir, '../unit/costs/fixtures/change-savings.plan'),
      {},
      {
        environment: 'staging',
        region: 'us-east-1',
      },
    ),
    day,
    'UTC',
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tria-report-'))
  browser = await launchBrowser()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

async function opened(found: Optimized, options: BrowserContextOptions, media?: 'print') {
  const file = join(folder, 'costs.html')
  await Bun.write(file, report('staging', found))
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  if (media) await page.emulateMedia({ media })
  await page.goto(`file://${file}`)
  return { page, asked, close: () => context.close() }
}

/** In pixels. */
interface Seen {
  wide: number
  there: number
  text: number[]
  beyond: number
  bars: number[]
}

describe('the report of costs', () => {
  test.each([
    ['a phone', stands, { viewport: { width: 375, height: 700 } }, undefined],
    ['a phone, of a plan', plan, { viewport: { width: 375, height: 700 } }, undefined],
    ['a screen', stands, { viewport: { width: 1200, height: 800 } }, undefined],
    ['A4', plan, { viewport: { width: 718, height: 1000 } }, 'print'],
  ] as const)('on %s nothing is cut off, and the chart can be read', async (_, found, options, media) => {
    const { page, asked, close } = await opened(await found(), options, media)
    const { wide, there, text, beyond, bars } = await page.evaluate<Seen>(`(() => {
      const boxes = (what) => [...document.querySelectorAll(what)].map((each) => each.getBoundingClientRect())
      return {
        wide: document.documentElement.scrollWidth,
        there: innerWidth,
        text: boxes('svg text').map(({ height }) => height),
        beyond: boxes('svg text, svg rect').filter(({ right }) => right > innerWidth).length,
        bars: boxes('svg rect').map(({ width }) => width),
      }
    })()`)
    expect(wide).toBeLessThanOrEqual(there)
    expect(beyond).toBe(0)
    expect(Math.min(...text)).toBeGreaterThan(12)
    expect(Math.max(...bars)).toBeGreaterThan(there * 0.5)
    expect(asked).toHaveLength(1)
    await close()
  })

  test('dark where the reader’s screen is: light text on dark ground', async () => {
    const { page, close } = await opened(stands(), { colorScheme: 'dark' })
    const [text, ground] = await page.evaluate<string[]>(
      `[getComputedStyle(document.querySelector('svg text')).color, getComputedStyle(document.documentElement).backgroundColor]`,
    )
    expect(text).toBe('rgb(255, 255, 255)')
    expect(ground).not.toBe('rgb(255, 255, 255)')
    await close()
  })
})

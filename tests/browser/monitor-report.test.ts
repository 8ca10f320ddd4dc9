import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { judge } from '../../runbooks/monitoring/judge'
import type { Look } from '../../runbooks/monitoring/model'
import { page as report } from '../../runbooks/monitoring/report/page'
import { aLook, alarm, now, steady } from '../unit/monitoring/world'
import { launchBrowser } from './launch.ts'

/** The report as its readers have it: a file, in a real browser. */
let browser: Browser
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tria-report-'))
  browser = await launchBrowser()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

const hostile =
  '<script>document.title="taken"</script><img src="http://example.com/x.png" onerror="document.title=1">'
const wave = Array.from(
  { length: 55 },
  (_, i) => [now - 60 * (55 - i), 40 + 45 * Math.abs(Math.sin(i / 8))] as const,
)
const busy = aLook(
  {
    cpu: [...wave.slice(0, 20), ...wave.slice(30, 50), ...steady(93, 5)],
    requests: wave.map(([at, value]) => [at, value * 3] as const),
    targetErrors: steady(2, 20),
    connections: steady(95, 50),
    databaseCpu: [],
  },
  {
    alarms: {
      command: '',
      value: [
        alarm('OK'),
        { ...alarm('ALARM'), name: 'tria-aibpo-staging-x', text: hostile, since: '2027-01-15T07:40:00Z' },
      ],
    },
  },
)
const at = (ago: number) => new Date((now - ago) * 1000).toISOString()
const timeline = {
  entries: [
    { at: at(3000), kind: 'runbook', level: 'info', text: 'deploy by alice: done' },
    {
      at: at(1200),
      kind: 'service',
      level: 'info',
      text: '(service tria-aibpo-staging-service) has reached a steady state.',
    },
    { at: at(600), kind: 'alarm', level: 'warn', text: 'tria-aibpo-staging-ecs-cpu-high: OK -> ALARM' },
    { at: at(30), kind: 'log', level: 'error', text: hostile },
  ],
  gaps: [{ kind: 'scaling', reason: 'AWS: access denied' }],
} as const

/** The report of some looks, opened; and every address that it asked for. */
async function open(looks: Look[], options: Parameters<Browser['newPage']>[0] = {}) {
  const file = join(folder, `${crypto.randomUUID()}.html`)
  const happened = { entries: [...timeline.entries], gaps: [...timeline.gaps] }
  await Bun.write(file, report(looks.map((look) => ({ look, metrics: judge(look), timeline: happened }))))
  const page = await browser.newPage(options)
  const asked: string[] = []
  page.on('request', (request) => void asked.push(request.url()))
  await page.goto(`file://${file}`)
  return { page, asked: asked.filter((url) => url !== `file://${file}`) }
}

/** For whoever wants to look: REPORT_SHOTS=folder bun test ... */
async function shot(page: Page, name: string): Promise<void> {
  const to = process.env.REPORT_SHOTS
  if (to) await page.screenshot({ path: join(to, `${name}.png`), fullPage: true })
}

describe('the report', () => {
  test('says first what is over and what is not known, each with what to do', async () => {
    const { page } = await open([busy])
    const said = await page.locator('ul.say li').allTextContents()
    expect(said.some((line) => /Service: CPU 93 %, over 70 %: Scale up tasks/.test(line))).toBe(true)
    expect(said.some((line) => /5XX errors .*Check application logs/.test(line))).toBe(true)
    expect(said.some((line) => /^\? Database: CPU unknown/.test(line))).toBe(true)
    await page.close()
  })

  test('draws the threshold where it is, and the line past it', async () => {
    const { page } = await open([busy])
    const [limit, top, peak] = await page.evaluate<[number, number, number]>(`(() => {
      const svg = [...document.querySelectorAll('svg')].find((one) => one.getAttribute('aria-label').startsWith('CPU: 93'))
      const ys = [...svg.querySelectorAll('polyline')].flatMap((line) => line.getAttribute('points').split(' ').map((pair) => Number(pair.split(',')[1])))
      const axis = Number(svg.querySelector('.axis').getAttribute('y1'))
      return [axis - Number(svg.querySelector('line.limit').getAttribute('y1')), axis - 22, axis - Math.min(...ys)]
    })()`)
    // The scale ends at the highest value, 93: the threshold of 70 stands at 70/93 of it.
    expect(limit / top).toBeCloseTo(70 / 93, 2)
    expect(peak / top).toBeCloseTo(1, 2)
    // What was not measured is not drawn: the line has a gap of ten minutes in it.
    expect(await page.locator('svg[aria-label^="CPU: 93"] polyline').count()).toBe(2)
    await page.close()
  })

  test('asks nobody for anything, and runs nothing that stood in a log', async () => {
    const { page, asked } = await open([busy])
    expect(asked).toEqual([])
    expect(await page.title()).not.toContain('taken')
    expect(await page.locator('script, img').count()).toBe(0)
    expect(await page.getByText('<script>').count()).toBe(2)
    await page.close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`can be read in ${colorScheme}, also on a phone: enough contrast, no sideways scrolling`, async () => {
      const { page } = await open([busy, { ...aLook(), environment: 'production' }], {
        colorScheme,
        viewport: { width: 1280, height: 900 },
      })
      await shot(page, colorScheme)
      expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5)
      await page.setViewportSize({ width: 360, height: 640 })
      await shot(page, `${colorScheme}-phone`)
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
      await page.close()
    })
  }

  test('on paper it is dark on white, whatever the screen is, and no chart is cut in two', async () => {
    const { page } = await open([busy], { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print', colorScheme: 'light' })
    await shot(page, 'print')
    expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5)
    expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    )
    expect(
      await page.evaluate<boolean>(
        `[...document.querySelectorAll('.card')].every((one) => getComputedStyle(one).breakInside === 'avoid')`,
      ),
    ).toBe(true)
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000)
    await page.close()
  })

  test('a healthy environment is said to be so, and nothing else', async () => {
    const { page } = await open([aLook()])
    await shot(page, 'healthy')
    expect(await page.locator('p.good').textContent()).toContain('Nothing is over its threshold')
    expect(await page.locator('ul.say').count()).toBe(0)
    await page.close()
  })
})

/** The smallest contrast of any text with what is behind it, by WCAG's formula. */
const worstContrast = (page: Page) =>
  page.evaluate<number>(`(() => {
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number)
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor)
        if (a > 0) return [r, g, b]
      }
      return [255, 255, 255]
    }
    const texts = [...document.querySelectorAll('body *')].filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    return Math.min(...texts.map((one) => {
      const style = getComputedStyle(one)
      const [a, b] = [light(numbers(one instanceof SVGElement ? style.fill : style.color)), light(behind(one))].sort((x, y) => y - x)
      return (a + 0.05) / (b + 0.05)
    }))
  })()`)

import { bunTest } from './bun'
import { failed, type Result } from './result'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The pages in a real browser: the Chromium of the system, as a test tool's own download may be out of reach. */
export async function browser(): Promise<Result> {
  const found = await Promise.all(
    applications.map(async (path) => ((await Bun.file(path).exists()) ? path : undefined)),
  )
  const path = names.map((name) => Bun.which(name)).find(Boolean) ?? found.find(Boolean)
  if (!path) {
    console.error('Chromium is missing: install it from your system packages, e.g. apt-get install chromium')
    return failed
  }
  return bunTest('browser', { env: { CHROMIUM: path } })
}

import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** A Chromium of this machine, by name on the PATH or where macOS keeps it; `CHROMIUM` names another. */
export const chromiumPath = [
  process.env.CHROMIUM,
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => Bun.which(name)),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path && existsSync(path))

/** A browser that asks nobody for anything but the pages it is shown. */
export function launchBrowser(): Promise<Browser> {
  if (!chromiumPath)
    throw new Error('No Chromium on the PATH; apt-get install chromium, or name one in CHROMIUM.')
  return chromium.launch({
    executablePath: chromiumPath,
    // Chromium's sandbox does not start for root, as which containers and CI often run.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  })
}

import { type Result, suites } from './suites'

/**
 * Runs every suite, or those named on the command line, one after the other, and ends with one line that says
 * how many tests passed and failed. The exit code is 0 only when none failed and some passed.
 */
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name))
if (unknown.length > 0) {
  console.error(`No suite ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

// Every command of Terraform decodes the provider's schema; collecting the garbage of that is a quarter of its processor time.
process.env.GOGC ??= '400'

const total: Result = { passed: 0, failed: 0 }
const lines: string[] = []
const failures: string[] = []
for (const { name, run } of suites) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n== ${name}`)
  const started = performance.now()
  const { passed, failed, why = [] } = await run()
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  lines.push(
    `${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.padStart(7)} s`,
  )
  failures.push(...why.map((text) => `-- ${name}\n${text}`))
  total.passed += passed
  total.failed += failed
}
if (failures.length > 0) console.log(`\n== what failed\n\n${failures.join('\n\n')}`)
console.log(`\n${lines.join('\n')}\n`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

import 'zx/globals'
import { awsOf } from './aws/clients'
import { doorAt } from './aws/door'
import { findDoor } from './aws/loadbalancer'
import { missingRecord } from './aws/resolves'
import { stackOf } from './aws/stack'
import { answerChecks } from './checks/answers'
import type { Result } from './checks/check'
import { junit } from './checks/junit'
import { partChecks } from './checks/parts'
import { serviceChecks } from './checks/service'
import { checkStep } from './checks/step'
import { Failed, runbook, Unhealthy } from './core'
import { environmentNames, unknownName } from './terraform/names'

export const verify = runbook({
  name: 'verify',
  summary: 'Look at everything at once and say, with evidence, whether the chatbot is well',
  guide: ['6'],
  options: {
    junit: { type: 'string', value: 'FILE', help: 'Also write the results as JUnit XML' },
    url: {
      type: 'string',
      value: 'URL',
      help: 'Where the chatbot answers (default: the load balancer)',
      check: (value: string) =>
        /^https?:\/\/[^\s/]+$/.test(value) ? undefined : 'must be http(s)://HOST without a path',
    },
  },
  examples: ['bun runbooks/verify.ts', 'bun runbooks/verify.ts --junit verify.xml --json'],
  changes: 'nothing',

  async run(book, options) {
    const aws = awsOf(book)
    const stack = stackOf(book.environment)

    const door = options.url
      ? doorAt(options.url)
      : await book.read('Address', async (step) => {
          const found = await findDoor(aws, stack)
          if (found) step.line(found.address)
          return found
        })
    if (!door) {
      const { words, meant } = unknownName(stack.environment, environmentNames()) ?? {}
      if (words) {
        throw new Failed(`Verify ${stack.environment}: ${words}`, {
          next: `bun runbooks/${meant ? 'verify' : 'setup'}.ts --environment ${meant ?? stack.environment}`,
        })
      }
      throw new Failed(`Verify ${stack.environment}: there is no load balancer ${stack.loadBalancer}`, {
        next: `bun runbooks/deploy.ts --environment ${stack.environment}`,
      })
    }

    const view = { aws, stack, door, run: crypto.randomUUID().slice(0, 8), signal: book.signal }
    const [record, ...checks] = await Promise.all([
      missingRecord(door),
      ...[...answerChecks, ...serviceChecks, ...partChecks].map((check) => checkStep(book, check, view)),
    ])
    if (record) book.warn(record)

    if (options.junit) await Bun.write(options.junit, junit(`verify.${stack.environment}`, checks))
    return conclude(stack.environment, door.address, checks)
  },
})

function conclude(environment: string, address: string, checks: Result[]) {
  const bad = checks.filter(({ status }) => status !== 'ok')
  const data = { address, checks }
  if (bad.length === 0) return data
  throw new Unhealthy(
    `Verify ${environment}: ${bad.length} of ${checks.length} checks are not ok: ${bad.map(({ id }) => id).join(', ')}`,
    { data, next: `bun runbooks/troubleshoot.ts --environment ${environment}` },
  )
}

if (import.meta.main) await verify.main()

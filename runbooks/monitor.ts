import 'zx/globals'
import { awsOf } from './aws/clients'
import { runbook, Usage } from './core'
import { checkEnvironment } from './core/flags/common'
import { lookAt } from './monitoring/look'
import { conclude, judgeAll, tell } from './monitoring/once'
import { checkSince, secondsOf } from './monitoring/window'

export const monitor = runbook({
  name: 'monitor',
  summary: "Show whether the chatbot is well: the guide's metrics against its thresholds, with its actions",
  guide: ['7'],
  arguments: { what: { choices: ['metrics'], help: 'What to show (default metrics)' } },
  options: {
    once: {
      type: 'boolean',
      help: 'Look once; exit code 3 when something is over its threshold, or not known',
    },
    since: {
      type: 'string',
      value: 'TIME',
      default: '1h',
      check: checkSince,
      help: 'How far back: 30m, 6h, 7d (default 1h)',
    },
    also: {
      type: 'string',
      value: 'NAME',
      repeatable: true,
      check: checkEnvironment,
      help: 'A further environment; may be given several times',
    },
  },
  examples: ['bun runbooks/monitor.ts --once', 'bun runbooks/monitor.ts --once --json --also production'],
  changes: 'nothing',

  async run(book, options) {
    if (!options.once) throw new Usage('Monitor: say how to look', { next: 'bun runbooks/monitor.ts --once' })
    const aws = awsOf(book)
    const looks = await book.read('Look', () =>
      lookAt({
        aws,
        environments: [...new Set([book.environment, ...options.also])],
        region: book.region,
        since: secondsOf(options.since)!,
        account: async () => (await book.identity()).account,
        now: new Date(),
      }),
    )
    const judged = judgeAll(looks)
    tell(book, judged)
    return conclude(judged)
  },
})

if (import.meta.main) await monitor.main()

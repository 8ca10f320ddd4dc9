import { awsOf } from './aws/clients'
import { runbook, Usage } from './core'
import { logFlags } from './logs/flags'
import { tellLogs } from './logs/tell'
import { showAlarms } from './monitoring/alarms/show'
import { showBoard } from './monitoring/board/board'
import { monitorFlags, shownBy, strayFlag } from './monitoring/flags'
import { lookAt } from './monitoring/look'
import { conclude, dataOf, judgeAll, tell } from './monitoring/once'
import { secondsOf } from './monitoring/window'
import { refuseUnknown } from './terraform/known'
import { tellTimeline } from './timeline/tell'

export const monitor = runbook({
  name: 'monitor',
  summary: "Show whether the chatbot is well: the guide's metrics against its thresholds, with its actions",
  guide: ['7'],
  description: 'Without --once it is a live board in the terminal: q ends it, r looks at once.',
  effect: 'Changes nothing, but that alarms --test-alert sets an alarm off for a moment.',
  arguments: {
    what: {
      choices: ['metrics', 'logs', 'alarms'],
      help: 'What to show (default metrics); alarms: those that should be against those that are',
    },
  },
  options: { ...monitorFlags, ...logFlags },
  examples: [
    'bun runbooks/monitor.ts',
    'bun runbooks/monitor.ts --once --json --also production',
    'bun runbooks/monitor.ts --report staging.html --since 1d',
    'bun runbooks/monitor.ts alarms --test-alert',
    'bun runbooks/monitor.ts --maintenance weekly',
    'bun runbooks/monitor.ts logs --follow --level warn',
  ],
  changes: 'nothing',

  async run(book, options) {
    const stray = strayFlag(options)
    if (stray) throw new Usage(stray)
    const aws = awsOf(book)
    const { region } = book
    const environments = [...new Set([book.environment, ...options.also])]
    await refuseUnknown(aws, environments, `monitor.ts${shownBy(options)}`)
    if (options.what === 'logs' || options.followLogs) return tellLogs(book, options)
    if (options.timeline) return tellTimeline(book, options)
    // What few ask for is loaded by who asks: the look that everybody asks for begins the sooner.
    if (options.maintenance) {
      const { maintain } = await import('./maintenance/maintain')
      return maintain(book, options.maintenance)
    }
    const { once, since = '1h', interval, report } = options
    if (options.what === 'alarms') return showAlarms(book, aws, { test: options.testAlert })
    const account = async () => (await book.identity()).account
    const look = () =>
      lookAt({ aws, environments, region, since: secondsOf(since)!, account, now: new Date() })

    if (once || report || book.json) {
      const judged = judgeAll(await book.read('Look', look))
      tell(book, judged)
      if (report) {
        const { writeReport } = await import('./monitoring/report/write')
        await writeReport(book, report, judged)
      }
      return conclude(book, judged)
    }
    if (!process.stdout.isTTY) {
      throw new Usage('Monitor: the live board needs a terminal', {
        next: 'bun runbooks/monitor.ts --once   # or --once --json for a program',
      })
    }
    const { environments: seen } = await showBoard(book, { look, since, interval })
    return dataOf(judgeAll(seen.map(({ look }) => look)))
  },
})

if (import.meta.main) await monitor.main()

import { type Finding, type Look, type Rule, round } from './rule.ts'
import { seenEnough } from './use.ts'

/** What is written down and watched. */
export const operations: Rule = (look) => [
  ...retention(look),
  ...volume(look),
  ...insights(look),
  ...dashboard(look),
]

function retention({ settings, production, situation }: Look): Finding[] {
  const wanted = production ? 30 : 7
  const days = settings.retention
  if (days === undefined || (days !== 0 && days <= wanted)) return []
  return [
    {
      id: 'log-retention',
      title: `Logs for ${wanted} days`,
      change: { log_retention_days: wanted },
      evidence: [
        `logs are kept for ${days === 0 ? 'ever' : `${days} days`}, ${round(situation.usage.logsStoredGb)} GB of them`,
      ],
      risk: production ? 'medium' : 'low',
      because: `what happened more than ${wanted} days ago can no longer be read up`,
      availability: 'As before',
    },
  ]
}

/** Writing is what logs cost most: who writes most is named. */
function volume({ use, settings }: Look): Finding[] {
  const total = use?.measured.logsIngestedGb
  const first = use?.logs?.groups[0]
  if (!seenEnough(use) || total === undefined || !first || total < 1) return []
  const level = settings.told.LOG_LEVEL
  const evidence = [`${round(total)} GB a month, most of it in ${first.name}`]
  if (level !== 'debug' && level !== 'trace') {
    return [
      {
        id: 'log-volume',
        title: 'Fewer lines in the logs',
        advice: `At LOG_LEVEL ${level ?? 'info'} these lines are requests, and what troubleshoot reads: they are worth their price`,
        evidence,
      },
    ]
  }
  return [
    {
      id: 'log-level',
      title: 'Fewer lines in the logs',
      change: { log_level: 'info' },
      // A debug line for each step of a request beside the one line of the request.
      uses: (usage) => ({
        ...usage,
        logsIngestedGb: usage.logsIngestedGb / 2,
        logsStoredGb: usage.logsStoredGb / 2,
      }),
      evidence: [...evidence, `log_level is ${level}; half of it is taken to go`],
      risk: 'low',
      because: 'a fault that needs debug lines has to be seen again',
      availability: 'As before: new tasks take over from the old ones',
    },
  ]
}

function insights({ settings, production }: Look): Finding[] {
  if (settings.insights === 'disabled') return []
  const id = { id: 'container-insights', title: 'Without Container Insights' }
  if (production) {
    return [
      {
        ...id,
        refused: 'the counts of running and wanted tasks that monitor watches in production come from them',
      },
    ]
  }
  return [
    {
      ...id,
      change: { container_insights: 'disabled' },
      evidence: [`Container Insights are ${settings.insights}, in an environment that is not production`],
      risk: 'low',
      because:
        'running and wanted tasks are no metric any more, and the alarm on missing ones goes; ECS itself is still asked for them',
      availability: 'As before',
      replaces: ['aws_cloudwatch_metric_alarm.tasks_missing'],
    },
  ]
}

function dashboard({ settings }: Look): Finding[] {
  if (settings.dashboards === 0) return []
  return [
    {
      id: 'dashboard',
      title: 'Without a CloudWatch dashboard',
      change: { dashboard_enabled: false },
      evidence: ['one dashboard; an account’s first three cost nothing, and monitor.ts needs none'],
      risk: 'low',
      because: 'who looks at CloudWatch’s page finds none of this environment; alarms stay',
      availability: 'As before',
      replaces: ['aws_cloudwatch_dashboard.main'],
    },
  ]
}

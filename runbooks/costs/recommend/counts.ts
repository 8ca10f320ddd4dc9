import { type Rule, round } from './rule.ts'
import { seenEnough } from './use.ts'

/** Tasks in production are two, so that one may fail. */
const fewestIn = (production: boolean) => (production ? 2 : 1)

/** How many tasks are kept, from what all of them together used. */
export const taskCount: Rule = ({ settings, use, production }) => {
  const id = { id: 'task-count', title: 'Fewer tasks when idle' }
  const { min } = settings
  const fewest = fewestIn(production)
  if (min <= fewest) return []
  if (!seenEnough(use) || !use.tasks) return [{ ...id, refused: 'nobody has measured a day of use yet' }]
  const { cpuP99, memoryMax, runningMax } = use.tasks
  // What all tasks used at their busiest, as a number of full ones, is to fit at 60 %.
  const busy = Math.ceil((runningMax * cpuP99) / 60)
  const wanted = Math.max(fewest, Math.min(busy, min))
  if (wanted >= min || memoryMax > 85) {
    return [
      { ...id, refused: `at its busiest the service used ${round((runningMax * cpuP99) / 100)} tasks’ CPU` },
    ]
  }
  return [
    {
      ...id,
      change: { ecs_service_desired_count: wanted, ecs_service_min_count: wanted },
      evidence: [
        `${round(use.tasks.running)} tasks ran on average, at most ${round(runningMax)}; CPU p99 ${round(cpuP99)} % of a task’s`,
      ],
      risk: wanted === 1 ? 'medium' : 'low',
      because:
        wanted === 1
          ? 'a task that fails is replaced in about a minute, and nothing answers until then'
          : 'a sudden rush waits for autoscaling, about two minutes',
      availability:
        wanted === 1
          ? 'One task in one zone: no standby when it or its zone fails'
          : `${wanted} tasks, in as many zones`,
    },
  ]
}

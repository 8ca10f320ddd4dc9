import type { Expected } from './expected'

/** An alarm as it is. */
export interface AlarmThere {
  name: string
  state: string
  threshold: number | undefined
  comparison: string | undefined
  actionsEnabled: boolean
  actions: string[]
  /** Minutes since it was made or changed. */
  ageMinutes: number
  /** Whether its metrics have had any value within two weeks; undefined where that could not be asked. */
  data: boolean | undefined
  /** It watches only what happens now and then: having no value is no wonder. */
  rare: boolean
}

/** Who hears of a topic. */
export interface Hearer {
  topic: string
  protocol: string
  endpoint: string
  confirmed: boolean
}

export type Kind = 'missing' | 'differs' | 'no-action' | 'switched-off' | 'unheard' | 'never-with-data'

export interface Finding {
  kind: Kind
  alarm: string
  text: string
  fix: string
}

/** A metric's first values come some minutes after what it measures. */
const newest = 30

interface Compared {
  environment: string
  expected: Expected[]
  there: AlarmThere[]
  /** undefined: they could not be listed. */
  hearers: Hearer[] | undefined
}

/** The alarms that should be against those that are. */
export function compareAlarms({ environment, expected, there, hearers }: Compared): Finding[] {
  const apply = `bun runbooks/deploy.ts --environment ${environment}`
  const missing = expected
    .filter(({ name }) => !there.some((one) => one.name === name))
    .map(
      ({ name, watches }): Finding => ({
        kind: 'missing',
        alarm: name,
        text: `nothing watches ${watches}`,
        fix: apply,
      }),
    )
  return [...missing, ...there.flatMap((alarm) => findingsOf(alarm, expected, hearers, apply))]
}

function findingsOf(
  { name, threshold, comparison, actionsEnabled, actions, ageMinutes, data, rare }: AlarmThere,
  expected: Expected[],
  hearers: Hearer[] | undefined,
  apply: string,
): Finding[] {
  const found: Finding[] = []
  const say = (kind: Kind, text: string, fix: string) => found.push({ kind, alarm: name, text, fix })
  const wanted = expected.find((one) => one.name === name)
  if (wanted && (wanted.threshold !== threshold || wanted.comparison !== comparison)) {
    say(
      'differs',
      `it goes off at ${words(comparison)} ${threshold}, not ${words(wanted.comparison)} ${wanted.threshold}`,
      apply,
    )
  }
  if (!actionsEnabled)
    say(
      'switched-off',
      'its actions are switched off: it rings unheard',
      `aws cloudwatch enable-alarm-actions --alarm-names ${name}`,
    )
  else if (actions.length === 0) say('no-action', 'it has no action: it rings unheard', apply)
  else if (hearers && !actions.some((topic) => isHeard(topic, hearers)))
    say(
      'unheard',
      'nobody has subscribed to where it speaks, or confirmed to',
      `set alarm_email, or slack_workspace_id and slack_channel_id, in the environment's tfvars, or TF_VAR_pagerduty_integration_url, then: ${apply}`,
    )
  if (data === false && !rare && ageMinutes > newest)
    say('never-with-data', 'its metric has had no value for two weeks: it watches nothing', apply)
  return found
}

/** What is no topic (a scaling policy, a Lambda function) acts by itself. */
const isHeard = (action: string, hearers: Hearer[]) =>
  !action.includes(':sns:') || hearers.some(({ topic, confirmed }) => topic === action && confirmed)

const words = (comparison = '') => (comparison.startsWith('Less') ? 'below' : 'above')

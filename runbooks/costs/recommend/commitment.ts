import { type Advice, type Look, type Rule, round } from './rule.ts'

/** What is cheaper when promised for a year: to know, and never applied here. */
export const commitment: Rule = (look) => [
  ...promised(look, {
    id: 'savings-plan',
    group: 'Fargate',
    title: 'A Compute Savings Plan for Fargate',
    advice:
      'A promise of so much an hour for one or three years makes Fargate cheaper; make it last, for what is left after the levers above, as it is paid whether used or not',
    command:
      'aws ce get-savings-plans-purchase-recommendation --savings-plans-type COMPUTE_SP --term-in-years ONE_YEAR --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS',
  }),
  ...promised(look, {
    id: 'reserved-database',
    group: 'RDS',
    title: 'A reserved instance for the database',
    advice: 'Reserved for one or three years an instance is cheaper; storage is not, and the class is fixed',
    command:
      'aws ce get-reservation-purchase-recommendation --service "Amazon Relational Database Service" --lookback-period-in-days THIRTY_DAYS',
  }),
  ...promised(look, {
    id: 'reserved-cache',
    group: 'Redis',
    title: 'A reserved node for the cache',
    advice: 'Reserved for one or three years a node is cheaper; its size may change within the family',
    command:
      'aws ce get-reservation-purchase-recommendation --service "Amazon ElastiCache" --lookback-period-in-days THIRTY_DAYS',
  }),
]

const standsAs: Readonly<Record<string, string>> = {
  Fargate: 'aws_ecs_service',
  RDS: 'aws_db_instance',
  Redis: 'aws_elasticache_replication_group',
}

function promised(
  { settings, situation, production }: Look,
  { group, advice, ...rest }: { id: string; group: string; title: string; advice: string; command: string },
): Advice[] {
  const type = standsAs[group]
  if (!situation.resources.some((each) => each.type === type)) return []
  const steady = settings.min
  return [
    {
      ...rest,
      advice,
      evidence: [
        group === 'Fargate'
          ? `${round(steady)} tasks run at all hours`
          : `it runs at all hours${production ? '' : ', as long as this environment is kept'}`,
      ],
    },
  ]
}

import type { Aws } from '../../aws/clients'
import { type Book, Failed, type Step } from '../../core'
import type { AlarmThere } from './compare'

/** CloudWatch acts within seconds. */
const patience = 60_000

/** Sets an alarm off, as if its metric had, and follows it to where it speaks. CloudWatch puts it right by itself. */
export async function testAlert(
  book: Book,
  aws: Aws,
  alarms: AlarmThere[],
): Promise<{ alarm: string } | undefined> {
  const quiet = alarms.filter(
    ({ state, actions, actionsEnabled }) => state !== 'ALARM' && actionsEnabled && actions.length > 0,
  )
  const alarm = quiet.find(({ name }) => name.endsWith('-ecs-cpu-high')) ?? quiet[0]
  if (!alarm) {
    throw new Failed('Test alert: there is no alarm that has an action and is not ringing already', {
      next: `bun runbooks/monitor.ts alarms --environment ${book.environment}`,
    })
  }
  const { name } = alarm
  const command = (state: string) =>
    `aws cloudwatch set-alarm-state --alarm-name ${name} --state-value ${state} --state-reason 'Test of the alerts' --region ${book.region}`
  return book.change({
    title: 'Test alert',
    effect: `The alarm ${name} rings until CloudWatch looks again; whoever hears of it gets an alert, and that it is over`,
    equivalent: command('ALARM'),
    undo: command('OK'),
    run: async (step) => {
      const cloudwatch = await aws.cloudwatch()
      const began = Date.now()
      await cloudwatch.setAlarmState({
        AlarmName: name,
        StateValue: 'ALARM',
        StateReason: `Test of the alerts by a runbook (monitor ${book.id}): nothing is wrong`,
      })
      step.line(await acted(aws, name, began, step))
      return { alarm: name }
    },
  })
}

/** What CloudWatch did about it, by the alarm's own history. */
async function acted(aws: Aws, AlarmName: string, since: number, step: Step): Promise<string> {
  const cloudwatch = await aws.cloudwatch()
  for (const deadline = since + patience; Date.now() < deadline; await Bun.sleep(1000)) {
    step.signal.throwIfAborted()
    step.waiting('for CloudWatch to act')
    const { AlarmHistoryItems = [] } = await cloudwatch.describeAlarmHistory({
      AlarmName,
      HistoryItemType: 'Action',
    })
    // Clocks differ by a little; an older test's entries are minutes old.
    const own = AlarmHistoryItems.filter(({ Timestamp }) => (Timestamp?.getTime() ?? 0) > since - 5_000)
    const failed = own.find(({ HistorySummary = '' }) => /^Failed/i.test(HistorySummary))
    if (failed)
      throw new Failed(`Test alert: CloudWatch could not tell of ${AlarmName}: ${failed.HistorySummary}`)
    const done = own.find(({ HistorySummary = '' }) => /^Successfully/i.test(HistorySummary))
    if (done?.HistorySummary) return done.HistorySummary
  }
  throw new Failed(`Test alert: CloudWatch did nothing about ${AlarmName} within a minute`, {
    next: `aws cloudwatch describe-alarm-history --alarm-name ${AlarmName} --history-item-type Action`,
  })
}

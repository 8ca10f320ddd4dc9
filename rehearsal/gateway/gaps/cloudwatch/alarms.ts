import type { World } from '../../../world'
import type { Handlers, Members } from '../../call'
import { askJson, askQuery } from '../ask'
import { type AlarmState, judgeAlarm, type Verdict, windowOf } from './alarm-state'
import { evaluateQueries } from './metric-data'
import type { MetricStore } from './points'

const everyMs = 5_000
const keptHistory = 500

/** Alarms that change their state by the metrics, tell their topics, and keep a history: moto's only stand there. */
export function alarms(world: World, storeOf: (region: string) => MetricStore): Handlers[string] {
  const history: Members[] = []
  const known = new Set<string>()
  const ask = (action: string, input: Members) =>
    askJson(world, 'monitoring', world.region, `GraniteServiceVersion20100801.${action}`, '1.0', input)

  const record = (AlarmName: string, HistoryItemType: string, HistorySummary: string, data: Members) => {
    const HistoryData = JSON.stringify({ version: '1.0', ...data })
    history.unshift({
      AlarmName,
      AlarmType: 'MetricAlarm',
      Timestamp: new Date(),
      HistoryItemType,
      HistorySummary,
      HistoryData,
    })
    history.splice(keptHistory)
  }

  async function look(): Promise<void> {
    const { MetricAlarms = [] } = await ask('DescribeAlarms', { AlarmTypes: ['MetricAlarm'] })
    for (const alarm of MetricAlarms as Members[]) {
      // One that cannot be judged must not keep the others from it.
      await follow(alarm).catch((error) => world.log('gateway', `alarm ${alarm.AlarmName}: ${error}`))
    }
  }

  async function follow(alarm: Members): Promise<void> {
    const first = !known.has(alarm.AlarmName)
    known.add(alarm.AlarmName)
    // A new alarm knows nothing yet, whatever moto calls it.
    const before: AlarmState = first ? 'INSUFFICIENT_DATA' : alarm.StateValue
    const verdict = judge(alarm, before)
    if (verdict.state !== alarm.StateValue) await change(alarm, before, verdict)
  }

  function judge(alarm: Members, before: AlarmState): Verdict {
    const queries = queriesOf(alarm)
    const period =
      Math.max(...queries.map((query) => Number(query.MetricStat?.Period ?? query.Period ?? 0))) || 60
    const range = windowOf(alarm, period, Date.now() / 1000)
    const [result] = evaluateQueries(storeOf(world.region), queries, range)
    return judgeAlarm(alarm, result?.points ?? new Map(), before)
  }

  async function change(alarm: Members, before: AlarmState, { state, reason }: Verdict): Promise<void> {
    const { AlarmName } = alarm
    const StateReason = reason || 'Unchecked: Initial alarm creation'
    await ask('SetAlarmState', { AlarmName, StateValue: state, StateReason })
    if (state !== before) await announce(alarm, before, state, StateReason)
  }

  /** What follows from a change: an entry in the history, and the actions. */
  async function announce(
    alarm: Members,
    before: AlarmState,
    state: AlarmState,
    StateReason: string,
  ): Promise<void> {
    const { AlarmName } = alarm
    record(AlarmName, 'StateUpdate', `Alarm updated from ${before} to ${state}`, {
      oldState: { stateValue: before },
      newState: { stateValue: state, stateReason: StateReason },
    })
    if (alarm.ActionsEnabled === false) return
    const actions = {
      OK: alarm.OKActions,
      ALARM: alarm.AlarmActions,
      INSUFFICIENT_DATA: alarm.InsufficientDataActions,
    }
    for (const topic of (actions[state] ?? []) as string[]) {
      if (topic.includes(':sns:')) await tell(topic, alarm, before, state, StateReason)
    }
  }

  async function tell(topic: string, alarm: Members, before: AlarmState, state: AlarmState, reason: string) {
    const message = {
      AlarmName: alarm.AlarmName,
      AlarmDescription: alarm.AlarmDescription ?? null,
      AWSAccountId: world.account,
      NewStateValue: state,
      NewStateReason: reason,
      StateChangeTime: new Date().toISOString(),
      Region: world.region,
      AlarmArn: alarm.AlarmArn,
      OldStateValue: before,
    }
    const Subject = `${state}: "${alarm.AlarmName}" in ${world.region}`
    const form = {
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: topic,
      Subject,
      Message: JSON.stringify(message),
    }
    await askQuery(world, 'sns', world.region, form)
    record(alarm.AlarmName, 'Action', `Successfully executed action ${topic}`, { actionState: 'Succeeded' })
  }

  const timer = setInterval(() => {
    look().catch((error) => world.stopping.aborted || world.log('gateway', `alarms: ${error}`))
  }, everyMs)
  timer.unref()
  world.stopping.addEventListener('abort', () => clearInterval(timer), { once: true })

  return {
    async PutMetricAlarm(call) {
      const answer = await call.answer()
      const { AlarmName } = call.input
      record(
        AlarmName,
        'ConfigurationUpdate',
        `Alarm "${AlarmName}" ${known.has(AlarmName) ? 'updated' : 'created'}`,
        {},
      )
      return answer
    },
    // A state that is set by hand acts like one of its own; the next look at the metric puts it right.
    async SetAlarmState(call) {
      const { AlarmName, StateValue, StateReason } = call.input
      const { MetricAlarms = [] } = await ask('DescribeAlarms', { AlarmNames: [AlarmName] })
      const [alarm] = MetricAlarms as Members[]
      const answer = await call.answer()
      known.add(AlarmName)
      if (alarm && alarm.StateValue !== StateValue)
        await announce(alarm, alarm.StateValue, StateValue, StateReason)
      return answer
    },
    async DeleteAlarms(call) {
      const answer = await call.answer()
      for (const name of call.input.AlarmNames ?? []) known.delete(name)
      return answer
    },
    DescribeAlarmHistory(call) {
      const { AlarmName, HistoryItemType, MaxRecords = 100 } = call.input
      const wanted = history.filter(
        (each) =>
          (!AlarmName || each.AlarmName === AlarmName) &&
          (!HistoryItemType || each.HistoryItemType === HistoryItemType),
      )
      return { AlarmHistoryItems: wanted.slice(0, MaxRecords) }
    },
  }
}

/** An alarm on one metric asks what GetMetricData would be asked for it. */
function queriesOf(alarm: Members): Members[] {
  if (alarm.Metrics?.length) return alarm.Metrics
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic } = alarm
  const Stat = Statistic ?? ExtendedStatistic
  return [{ Id: 'm1', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat } }]
}

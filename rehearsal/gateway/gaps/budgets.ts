import type { World } from '../../world'
import { AwsError, type Call, type Handlers, type Members } from '../call'
import { tagStore } from './ask'

interface Budget {
  settings: Members
  notifications: { details: Members; subscribers: Members[] }[]
}

/** Budgets, with the changes, notifications and subscribers that moto has not. */
export function budgets(world: World): Handlers {
  const all = new Map<string, Budget>()
  const tags = tagStore()
  const arn = (name: string) => `arn:aws:budgets::${world.account}:budget/${name}`

  const named = (call: Call, name: string = call.input.BudgetName): Budget => {
    const budget = all.get(name)
    if (!budget)
      throw new AwsError('NotFoundException', `Unable to get budget: ${name} - the budget doesn't exist.`)
    return budget
  }
  const notified = (call: Call) => {
    const wanted = keyOf(call.input.Notification)
    const found = named(call).notifications.find(({ details }) => keyOf(details) === wanted)
    if (!found)
      throw new AwsError('NotFoundException', `Unable to get notification - the notification doesn't exist.`)
    return found
  }

  return {
    budgets: {
      CreateBudget(call) {
        const { Budget, NotificationsWithSubscribers = [], ResourceTags } = call.input
        const name = Budget.BudgetName
        if (all.has(name)) {
          throw new AwsError(
            'DuplicateRecordException',
            `Error creating budget: ${name} - the budget already exists.`,
          )
        }
        const notifications = NotificationsWithSubscribers.map((each: Members) =>
          notification(each.Notification, each.Subscribers),
        )
        all.set(name, { settings: withDefaults(Budget), notifications })
        tags.add(arn(name), ResourceTags)
        return {}
      },
      UpdateBudget(call) {
        const { NewBudget } = call.input
        named(call, NewBudget.BudgetName).settings = withDefaults(NewBudget)
        return {}
      },
      DescribeBudget: (call) => ({ Budget: named(call).settings }),
      DescribeBudgets: () => ({ Budgets: [...all.values()].map(({ settings }) => settings) }),
      DeleteBudget(call) {
        named(call)
        all.delete(call.input.BudgetName)
        tags.forget(arn(call.input.BudgetName))
        return {}
      },

      CreateNotification(call) {
        named(call).notifications.push(notification(call.input.Notification, call.input.Subscribers))
        return {}
      },
      UpdateNotification(call) {
        const wanted = keyOf(call.input.OldNotification)
        const found = named(call).notifications.find(({ details }) => keyOf(details) === wanted)
        if (found) found.details = { NotificationState: 'OK', ...call.input.NewNotification }
        return {}
      },
      DeleteNotification(call) {
        const gone = notified(call)
        const budget = named(call)
        budget.notifications = budget.notifications.filter((each) => each !== gone)
        return {}
      },
      DescribeNotificationsForBudget: (call) => ({
        Notifications: named(call).notifications.map((each) => each.details),
      }),

      CreateSubscriber(call) {
        notified(call).subscribers.push(call.input.Subscriber)
        return {}
      },
      UpdateSubscriber(call) {
        const { subscribers } = notified(call)
        const at = subscribers.findIndex((each) => each.Address === call.input.OldSubscriber.Address)
        if (at >= 0) subscribers[at] = call.input.NewSubscriber
        return {}
      },
      DeleteSubscriber(call) {
        const found = notified(call)
        found.subscribers = found.subscribers.filter((each) => each.Address !== call.input.Subscriber.Address)
        return {}
      },
      DescribeSubscribersForNotification: (call) => ({ Subscribers: notified(call).subscribers }),

      ListTagsForResource: (call) => ({ ResourceTags: tags.list(call.input.ResourceARN) }),
      TagResource(call) {
        tags.add(call.input.ResourceARN, call.input.ResourceTags)
        return {}
      },
      UntagResource(call) {
        tags.remove(call.input.ResourceARN, call.input.ResourceTagKeys)
        return {}
      },
    },
  }
}

const notification = (details: Members, subscribers: Members[] = []) => ({
  details: { NotificationState: 'OK', ...details },
  subscribers: [...subscribers],
})

/** A notification has no id: it is what it says. */
function keyOf({
  NotificationType,
  ComparisonOperator,
  Threshold,
  ThresholdType = 'PERCENTAGE',
}: Members): string {
  return [NotificationType, ComparisonOperator, Number(Threshold), ThresholdType].join('/')
}

const costTypes = {
  IncludeCredit: true,
  IncludeDiscount: true,
  IncludeOtherSubscription: true,
  IncludeRecurring: true,
  IncludeRefund: true,
  IncludeSubscription: true,
  IncludeSupport: true,
  IncludeTax: true,
  IncludeUpfront: true,
  UseAmortized: false,
  UseBlended: false,
}

function withDefaults(settings: Members): Members {
  if (!settings.BudgetLimit && !settings.PlannedBudgetLimits && !settings.AutoAdjustData) {
    const wanted =
      'please provide one of the followings: Budget Limit/ Planned Budget Limit/ Auto Adjust Data'
    throw new AwsError('InvalidParameterException', `Unable to create/update budget - ${wanted}`)
  }
  const month = new Date()
  const start = Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1) / 1000
  return {
    ...settings,
    ...(settings.BudgetType === 'COST' && { CostTypes: { ...costTypes, ...settings.CostTypes } }),
    // AWS's own end of time for a budget without one: 15 June 2087.
    TimePeriod: { Start: start, End: 3_706_473_600, ...settings.TimePeriod },
    CalculatedSpend: {
      ActualSpend: { Amount: '0', Unit: 'USD' },
      ForecastedSpend: { Amount: '0', Unit: 'USD' },
    },
    LastUpdatedTime: Date.now() / 1000,
  }
}

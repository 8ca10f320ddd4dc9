import { type Fields, fieldsOf, listOf, type Query, textOf, textsOf } from '../network/query.ts'
import type { Action, Condition, Configuration, Listener, LoadBalancer, Rule, TargetGroup } from './model.ts'

/**
 * Reads all load balancers and target groups from moto, which keeps them. It takes several calls: what is deleted
 * between two of them is not there, and the reading begins anew.
 */
export async function readConfiguration(query: Query): Promise<Configuration> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(query)
    } catch (error) {
      if (attempt === 10 || !/NotFound/.test((error as Error).message)) throw error
    }
  }
}

async function readOnce(query: Query): Promise<Configuration> {
  const [loadBalancers, groups] = await Promise.all([
    query('elasticloadbalancing', 'DescribeLoadBalancers', { PageSize: 400 }),
    query('elasticloadbalancing', 'DescribeTargetGroups'),
  ])
  const targetGroups = await Promise.all(
    listOf(groups.TargetGroups).map((group) => targetGroupFrom(query, group)),
  )
  return {
    loadBalancers: await Promise.all(
      listOf(loadBalancers.LoadBalancers).map((one) => loadBalancerFrom(query, one)),
    ),
    targetGroups: new Map(targetGroups.map((group) => [group.arn, group])),
  }
}

async function loadBalancerFrom(query: Query, one: Fields): Promise<LoadBalancer> {
  const arn = textOf(one.LoadBalancerArn)
  const [listeners, attributes] = await Promise.all([
    query('elasticloadbalancing', 'DescribeListeners', { LoadBalancerArn: arn }),
    attributesOf(query, 'DescribeLoadBalancerAttributes', { LoadBalancerArn: arn }),
  ])
  return {
    arn,
    name: textOf(one.LoadBalancerName),
    suffix: arn.slice(arn.indexOf('loadbalancer/') + 'loadbalancer/'.length),
    type: textOf(one.Type),
    securityGroups: textsOf(one.SecurityGroups),
    subnetIds: listOf(one.AvailabilityZones).map((zone) => textOf(zone.SubnetId)),
    idleTimeoutMs: Number(attributes['idle_timeout.timeout_seconds'] ?? 60) * 1000,
    deletionProtected: attributes['deletion_protection.enabled'] === 'true',
    listeners: await Promise.all(
      listOf(listeners.Listeners).map((listener) => listenerFrom(query, listener)),
    ),
  }
}

async function listenerFrom(query: Query, listener: Fields): Promise<Listener> {
  const arn = textOf(listener.ListenerArn)
  const rules = await query('elasticloadbalancing', 'DescribeRules', { ListenerArn: arn, PageSize: 400 })
  return {
    arn,
    port: Number(textOf(listener.Port)),
    protocol: textOf(listener.Protocol),
    certificates: listOf(listener.Certificates).map((one) => textOf(one.CertificateArn)),
    rules: listOf(rules.Rules)
      .map(ruleFrom)
      .sort((a, b) => a.priority - b.priority),
  }
}

export function ruleFrom(rule: Fields): Rule {
  const priority = textOf(rule.Priority)
  return {
    arn: textOf(rule.RuleArn),
    priority: priority === 'default' ? Number.POSITIVE_INFINITY : Number(priority),
    conditions: listOf(rule.Conditions).map(conditionFrom),
    actions: listOf(rule.Actions).map(actionFrom),
  }
}

function conditionFrom(condition: Fields): Condition {
  const field = textOf(condition.Field)
  // A condition's values stand under `Values`, or under a member named after its field: PathPatternConfig.
  const name = field.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  const config = fieldsOf(condition[`${name.join('')}Config`])
  if (field === 'query-string') {
    const pairs = listOf(config.Values).map((pair) => ({
      value: textOf(pair.Value),
      ...(textOf(pair.Key) ? { key: textOf(pair.Key) } : {}),
    }))
    return { field, values: [], pairs }
  }
  const values = textsOf(config.Values)
  return {
    field,
    values: values.length > 0 ? values : textsOf(condition.Values),
    ...(field === 'http-header' ? { headerName: textOf(config.HttpHeaderName) } : {}),
  }
}

function actionFrom(action: Fields): Action {
  const type = textOf(action.Type)
  if (type === 'forward') {
    const groups = listOf(fieldsOf(action.ForwardConfig).TargetGroups).map((group) => ({
      arn: textOf(group.TargetGroupArn),
      weight: Number(textOf(group.Weight) || 1),
    }))
    return { type, groups: groups.length > 0 ? groups : [{ arn: textOf(action.TargetGroupArn), weight: 1 }] }
  }
  if (type === 'fixed-response') {
    const config = fieldsOf(action.FixedResponseConfig)
    const contentType = textOf(config.ContentType)
    return {
      type,
      status: Number(textOf(config.StatusCode)),
      body: textOf(config.MessageBody),
      ...(contentType ? { contentType } : {}),
    }
  }
  if (type === 'redirect') {
    const config = fieldsOf(action.RedirectConfig)
    return {
      type,
      status: textOf(config.StatusCode) === 'HTTP_302' ? 302 : 301,
      protocol: textOf(config.Protocol) || '#{protocol}',
      host: textOf(config.Host) || '#{host}',
      port: textOf(config.Port) || '#{port}',
      path: textOf(config.Path) || '/#{path}',
      query: config.Query === undefined ? '#{query}' : textOf(config.Query),
    }
  }
  return { type: 'unsupported', name: type }
}

async function targetGroupFrom(query: Query, group: Fields): Promise<TargetGroup> {
  const arn = textOf(group.TargetGroupArn)
  const attributes = await attributesOf(query, 'DescribeTargetGroupAttributes', { TargetGroupArn: arn })
  return {
    arn,
    name: textOf(group.TargetGroupName),
    suffix: arn.slice(arn.indexOf('targetgroup/')),
    port: Number(textOf(group.Port)),
    protocol: textOf(group.Protocol),
    healthCheck: {
      enabled: textOf(group.HealthCheckEnabled) !== 'false',
      protocol: textOf(group.HealthCheckProtocol) || 'HTTP',
      port: textOf(group.HealthCheckPort) || 'traffic-port',
      path: textOf(group.HealthCheckPath) || '/',
      intervalMs: Number(textOf(group.HealthCheckIntervalSeconds) || 30) * 1000,
      timeoutMs: Number(textOf(group.HealthCheckTimeoutSeconds) || 5) * 1000,
      healthyThreshold: Number(textOf(group.HealthyThresholdCount) || 5),
      unhealthyThreshold: Number(textOf(group.UnhealthyThresholdCount) || 2),
      matcher: textOf(fieldsOf(group.Matcher).HttpCode) || '200',
    },
    deregistrationDelayMs: Number(attributes['deregistration_delay.timeout_seconds'] ?? 300) * 1000,
    algorithm: attributes['load_balancing.algorithm.type'] ?? 'round_robin',
  }
}

async function attributesOf(query: Query, action: string, input: object): Promise<Record<string, string>> {
  const answer = await query('elasticloadbalancing', action, input)
  return Object.fromEntries(listOf(answer.Attributes).map(({ Key, Value }) => [textOf(Key), textOf(Value)]))
}

import type { Aws } from '../../aws/clients'
import type { Stack } from '../../aws/stack'
import type { Change } from '../../core'
import type { Finding } from '../judge'
import type { Mend } from '../mend'
import { closes, requestOf } from '../opening'
import { word } from '../rule'

interface Place {
  aws: Aws
  stack: Stack
  region: string
}

type Made = Exclude<Mend, { do: 'emergency-restore' }>
type Work = Pick<Change<unknown>, 'title' | 'effect' | 'undo' | 'run'>

/** The change that a finding's fix is: its command is the same by hand. */
export function changeOf(place: Place, finding: Finding, mend: Made): Change<unknown> {
  return { ...workOf(place, mend), equivalent: finding.fix.command }
}

function workOf({ aws, stack, region }: Place, mend: Made): Work {
  const { cluster, service } = stack
  switch (mend.do) {
    case 'let-through': {
      const { rule } = mend
      return {
        title: 'Open the way again',
        effect: `${rule.group} lets ${rule.peer} ${rule.side === 'ingress' ? 'in' : 'through'} on port ${rule.port}`,
        undo: closes(rule, region),
        async run() {
          const ec2 = await aws.ec2()
          return rule.side === 'ingress'
            ? ec2.authorizeSecurityGroupIngress(requestOf(rule))
            : ec2.authorizeSecurityGroupEgress(requestOf(rule))
        },
      }
    }
    case 'start-database':
      return {
        title: 'Start the database',
        effect: `${mend.id} runs again, in some minutes`,
        undo: `aws rds stop-db-instance --db-instance-identifier ${word(mend.id)} --region ${region}`,
        run: async () => (await aws.rds()).startDBInstance({ DBInstanceIdentifier: mend.id }),
      }
    case 'restore-secret':
      return {
        title: 'Bring the secret back',
        effect: `${mend.arn} is no longer marked for deletion`,
        undo: `aws secretsmanager delete-secret --secret-id ${word(mend.arn)} --region ${region}`,
        run: async () => (await aws.secrets()).restoreSecret({ SecretId: mend.arn }),
      }
    case 'health-check': {
      const { targetGroup, path, port, code, was } = mend
      const [asks, flag] = path
        ? [`for ${path}`, `--health-check-path ${word(was)}`]
        : code
          ? [`for an answer with ${code}`, `--matcher ${word(`HttpCode=${was}`)}`]
          : ['at the port that a target is registered with', `--health-check-port ${word(was)}`]
      return {
        title: 'Mend the health check',
        effect: `the load balancer asks ${asks}, and no longer ${was}`,
        undo: `aws elbv2 modify-target-group --target-group-arn ${word(targetGroup)} ${flag} --region ${region}`,
        run: async () =>
          (await aws.elb()).modifyTargetGroup({
            TargetGroupArn: targetGroup,
            ...(path && { HealthCheckPath: path }),
            ...(port && { HealthCheckPort: port }),
            ...(code && { Matcher: { HttpCode: code } }),
          }),
      }
    }
    case 'create-log-group':
      return {
        title: 'Make the log group',
        effect: `${mend.name} exists again, empty`,
        undo: `aws logs delete-log-group --log-group-name ${word(mend.name)} --region ${region}`,
        run: async () => (await aws.logs()).createLogGroup({ logGroupName: mend.name }),
      }
    case 'resume-scaling': {
      const flags = mend.was.map((name) => `${name}=true`).join(',')
      const resource = `service/${cluster}/${service}`
      return {
        title: 'Resume autoscaling',
        effect: 'the number of tasks follows the load again',
        undo: `aws application-autoscaling register-scalable-target --service-namespace ecs --resource-id ${resource} --scalable-dimension ecs:service:DesiredCount --suspended-state ${word(flags)} --region ${region}`,
        run: async () =>
          (await aws.autoscaling()).registerScalableTarget({
            ServiceNamespace: 'ecs',
            ResourceId: resource,
            ScalableDimension: 'ecs:service:DesiredCount',
            SuspendedState: {
              DynamicScalingInSuspended: false,
              DynamicScalingOutSuspended: false,
              ScheduledScalingSuspended: false,
            },
          }),
      }
    }
  }
}

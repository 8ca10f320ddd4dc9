import { printable } from '../../core/output/printable'
import { ends } from '../evidence'
import type { RevisionSeen } from '../parts'
import { permits } from '../permits'
import { type Found, quote, type Rule, runbookOf, seen } from '../rule'
import type { Snapshot } from '../snapshot'
import { endedBy, endOf, revisionsAtHand } from '../telling'
import { recentEvent } from './capacity'

const missing: Rule = {
  id: 'role-not-assumable',
  family: 'roles',
  title: 'ECS cannot take on the role of the tasks',
  section: '8.2',
  needs: ['roles', 'tasks', 'service'],
  look(snapshot) {
    const words = /unable to assume the role/
    const gone = (seen(snapshot, 'roles') ?? []).filter(({ exists }) => exists === false)
    const closed = (seen(snapshot, 'roles') ?? []).filter(
      ({ exists, trusts }) => exists && trusts && !trusts.includes('ecs-tasks.amazonaws.com'),
    )
    const event = recentEvent(snapshot, words)
    const [role] = [...gone, ...closed]
    const task = endedBy(snapshot, words)
    if (!role && !event && !task) return undefined
    const name = role?.arn.split('/').at(-1)
    const told = event?.text ?? (task ? endOf(task) : '')
    const good = (seen(snapshot, 'roles') ?? []).some(({ arn }) => told.includes(`'${arn}'`))
    return {
      cause: role
        ? `The role ${name} ${gone.length > 0 ? 'does not exist' : 'does not let ecs-tasks.amazonaws.com assume it'}: no task can start`
        : 'ECS is not let assume the role that the task definition names',
      // A role that is there and trusts ECS has been mended since, or its trust has a condition that only IAM can judge.
      confidence: !role && good ? 'likely' : 'proven',
      evidence: [
        ...gone.map(({ arn }) => quote(snapshot, 'roles', `${arn} does not exist`)),
        ...closed.map(({ arn, trusts }) =>
          quote(snapshot, 'roles', `${arn} trusts ${trusts.join(', ') || 'nobody'}`),
        ),
        ...ends(snapshot, words),
        ...(event ? [quote(snapshot, 'service', event.text)] : []),
      ],
      fix: runbookOf(snapshot, 'deploy'),
    }
  },
}

const lacking: Rule = {
  id: 'role-lacks-permission',
  family: 'roles',
  title: 'A role lacks a permission',
  section: '8.2',
  needs: ['tasks', 'roles'],
  look(snapshot) {
    const words = /AccessDenied|is not authorized to perform|403 Forbidden/
    const task = endedBy(snapshot, words)
    if (!task) return refusedByPolicy(snapshot)
    const action = endOf(task).match(/perform: ([\w-]+:\w+)/)?.[1]
    const role = seen(snapshot, 'revisions')?.find(({ name }) => name === task.definition)?.executionRole
    return {
      cause: `The role ${printable(role?.split('/').at(-1) ?? 'that starts the tasks')} may not ${action ?? 'do what the start needs'}`,
      confidence: 'proven',
      evidence: ends(snapshot, words),
      fix: runbookOf(snapshot, 'deploy'),
    }
  },
}

/** What the execution roles' own policies refuse of what the next start needs: the tasks that run do not notice it. */
function refusedByPolicy(snapshot: Snapshot): Found | undefined {
  const roles = new Map((seen(snapshot, 'roles') ?? []).map((role) => [role.arn, role]))
  const lacking = revisionsAtHand(snapshot).flatMap((revision) => {
    const role = roles.get(revision.executionRole ?? '')
    const { statements } = role ?? {}
    if (!role?.exists || !statements) return []
    return neededToStart(revision, snapshot.region)
      .map((need) => ({ ...need, role: role.arn, said: permits(statements, need.action, need.resource) }))
      .filter(({ said }) => said === 'denied' || said === 'unsaid')
  })
  const [first] = lacking.toSorted((a, b) => a.said.localeCompare(b.said))
  if (!first) return undefined
  const name = first.role.split('/').at(-1)
  return {
    cause: printable(`The role ${name} may not ${first.action}: no new task can start`),
    // What a role's own policies do not say, the policy of the secret or the registry still could.
    confidence: first.said === 'denied' ? 'proven' : 'likely',
    evidence: lacking
      .slice(0, 3)
      .map(({ action, resource, said }) =>
        quote(
          snapshot,
          'roles',
          `${name}: ${action} on ${resource} is ${said === 'denied' ? 'denied' : 'allowed by none of its policies'}`,
        ),
      ),
    fix: runbookOf(snapshot, 'deploy'),
  }
}

/** What ECS does with the execution role before a container runs. */
function neededToStart({ image, secrets, logGroup, executionRole }: RevisionSeen, region: string) {
  const account = executionRole?.split(':')[4] ?? ''
  const registry = image.match(/^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/)
  const logs = `arn:aws:logs:${region}:${account}:log-group:${logGroup}:log-stream:app/x`
  const stored = (secrets ?? []).filter(({ from }) => from.includes(':secretsmanager:'))
  return [
    ...stored.map(({ from }) => ({
      action: 'secretsmanager:GetSecretValue',
      resource: from.split(':').slice(0, 7).join(':'),
    })),
    ...(registry
      ? [
          { action: 'ecr:GetAuthorizationToken', resource: '*' },
          {
            action: 'ecr:BatchGetImage',
            resource: `arn:aws:ecr:${registry[2]}:${registry[1]}:repository/${registry[3]}`,
          },
        ]
      : []),
    ...(logGroup ? [{ action: 'logs:CreateLogStream', resource: logs }] : []),
  ]
}

export const roleRules: Rule[] = [missing, lacking]

import { printable } from '../../core/output/printable'
import { ends } from '../evidence'
import { quote, type Rule, runbookOf, seen } from '../rule'
import { endedBy, endOf } from '../telling'
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
    if (!role && !event && !endedBy(snapshot, words)) return undefined
    const name = role?.arn.split('/').at(-1)
    return {
      cause: role
        ? `The role ${name} ${gone.length > 0 ? 'does not exist' : 'does not let ecs-tasks.amazonaws.com assume it'}: no task can start`
        : 'ECS is not let assume the role that the task definition names',
      confidence: 'proven',
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
  needs: ['tasks'],
  look(snapshot) {
    const words = /AccessDenied|is not authorized to perform|403 Forbidden/
    const task = endedBy(snapshot, words)
    if (!task) return undefined
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

export const roleRules: Rule[] = [missing, lacking]

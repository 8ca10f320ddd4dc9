import type { ExecuteCommandRequest } from '@aws-sdk/client-ecs'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { findCluster } from '../clusters.ts'
import type { Sessions } from '../exec/sessions.ts'
import type { Ground } from '../ground.ts'
import { lastPart } from '../ids.ts'
import type { State } from '../state.ts'
import { invalid } from './find.ts'

export function execHandlers(state: State, ground: Ground, sessions: Sessions): Handlers[string] {
  return {
    async ExecuteCommand(call: Call) {
      const input = call.input as ExecuteCommandRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      const task = state.tasks.get(lastPart(input.task!))
      if (task?.plan.cluster.name !== cluster.name) throw invalid('The referenced task was not found.')
      if (task.view.lastStatus === 'STOPPED')
        throw invalid('The execute command failed because the referenced task has stopped.')
      if (!input.interactive) throw invalid('Interactive is the only mode supported currently.')
      const names = task.prepared.map((it) => it.definition.name)
      if (!input.container && names.length > 1)
        throw invalid('Container name must be specified when the task has more than one container.')
      const container = task.view.containers?.find((it) => it.name === (input.container ?? names[0]))
      const prepared = task.prepared.find((it) => it.definition.name === container?.name)
      if (container && !container.managedAgents)
        throw invalid(
          'The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.',
        )
      if (!container || !prepared || container.lastStatus !== 'RUNNING')
        throw new AwsError(
          'TargetNotConnectedException',
          `The execute command failed because the container ${input.container ?? ''} is not running.`,
        )
      const { env, command } = prepared
      return {
        clusterArn: cluster.arn,
        containerArn: container.containerArn,
        containerName: container.name,
        interactive: true,
        session: sessions.open(task, { command: input.command!, cwd: command.cwd, env }),
        taskArn: task.view.taskArn,
      }
    },
  }
}

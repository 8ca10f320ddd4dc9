import type { Drill } from '../drill'
import { deployUnderLoad, stoodAsBefore } from '../expect'
import { until } from '../stage/stage'

export const superseded: Drill = {
  name: 'superseded',
  guide: '10.1',
  title: 'somebody else deploys over a deployment that is under way',
  story:
    'A colleague moves the service back by hand. The deploy must not take that for its own success, nor fight it.',
  async run(scene) {
    const { stage, proof, say } = scene
    const { aws, stack } = stage
    await stage.release('superseded')
    const deploy = await deployUnderLoad(scene)
    await deploy.running.begins('Follow the deployment')
    const { revision } = deploy.before
    say(`a colleague types: aws ecs update-service --task-definition ${revision} --force-new-deployment`)
    const ecs = await aws.ecs()
    await ecs.updateService({
      cluster: stack.cluster,
      service: stack.service,
      taskDefinition: revision,
      forceNewDeployment: true,
    })
    const ended = await deploy.end()
    await until('What the colleague started has come to its end', async () => (await stage.world()).still)
    await stoodAsBefore(scene, ended)
    const { ran } = ended
    proof.matches(
      'it says that a newer deployment has taken over',
      ran.error,
      /superseded.*newer deployment has taken over/,
    )
    proof.is('and moved nothing itself', ran.data.rolledBack, false)
  },
}

import { afterAll, beforeAll } from 'bun:test'
import { byHand } from './guide/by-hand'
import { deployingAgain } from './guide/deploying-again'
import { destroy } from './guide/destroy'
import { failingDeploy } from './guide/failing-deploy'
import { firstDeploy } from './guide/first-deploy'
import { guards } from './guide/guards'
import { rollingBack } from './guide/rolling-back'
import { minutes, scene } from './guide/scene'
import { setup } from './guide/setup'
import { verify } from './guide/verify'
import { Workspace } from './support'

/**
 * The guide from setup to destroy, as its readers run it, in one environment: the tests build on each other, in
 * their order. They assert on the world: answers, counts, calls that were made, exit codes, the state's content.
 */
beforeAll(async () => {
  scene.workspace = await Workspace.make()
  await scene.workspace.up()
}, 2 * minutes)
afterAll(() => scene.workspace?.close(), 2 * minutes)

setup()
firstDeploy()
byHand()
verify()
deployingAgain()
failingDeploy()
rollingBack()
guards()
destroy()

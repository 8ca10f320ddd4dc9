import { capacityDrills } from './capacity'
import { decoyDrills } from './decoys'
import { deploymentDrills } from './deployments'
import type { Drill } from './drill'
import { fullDrills } from './full'
import { healthDrills } from './health'
import { lastDrills } from './last'
import { leftDrills } from './left'
import { networkDrills } from './network'
import { partDrills } from './parts'
import { pipelineDrills } from './pipeline'
import { roleDrills } from './roles'
import { runDrills } from './runs'
import { startDrills } from './start'
import { twoDrills } from './two'

/** In the order in which they are played: the last of them leave something behind. */
export const all: Drill[] = [
  ...startDrills,
  ...roleDrills,
  ...networkDrills,
  ...healthDrills,
  ...deploymentDrills,
  ...partDrills,
  ...fullDrills,
  ...capacityDrills,
  ...leftDrills,
  ...runDrills,
  ...pipelineDrills,
  ...twoDrills,
  ...decoyDrills,
  ...lastDrills,
]

const symptom =
  'a symptom, told under its cause; it is a finding of its own only where that could not be seen'

/** What no drill plays, and why. */
export const unplayed: Record<string, string> = {
  'quota-below-scaling': 'a warning, before anybody notices; what is noticed then is quota-reached',
  'alarm-without-data': 'it takes a day without data, and nobody notices that nothing rings',
  'alarm-ringing': symptom,
  'targets-unhealthy': symptom,
  'no-answer': symptom,
  'database-degraded': symptom,
  'cache-degraded': symptom,
  'model-degraded': symptom,
}

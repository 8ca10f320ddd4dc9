import type { Drill } from '../drill'
import { autoscalingFightsShutdown } from './autoscaling-fights-shutdown'
import { crashOnStart } from './crash-on-start'
import { credentialsExpire } from './credentials-expire'
import { doubleDeploy } from './double-deploy'
import { healthCheckFails } from './health-check-fails'
import { imageMissing } from './image-missing'
import { killedDeploy } from './killed-deploy'
import { migrationFails } from './migration-fails'
import { noRollback } from './no-rollback'
import { outOfMemory } from './out-of-memory'
import { secretMissing } from './secret-missing'
import { shutdownDuringDeploy } from './shutdown-during-deploy'
import { slowStart } from './slow-start'
import { superseded } from './superseded'
import { throttled } from './throttled'
import { verifyFails } from './verify-fails'

/** In the order of the story: what a new version can do wrong, what the world can, and what people can. */
export const drills: Drill[] = [
  imageMissing,
  crashOnStart,
  healthCheckFails,
  outOfMemory,
  secretMissing,
  migrationFails,
  verifyFails,
  noRollback,
  superseded,
  throttled,
  credentialsExpire,
  shutdownDuringDeploy,
  killedDeploy,
  doubleDeploy,
  autoscalingFightsShutdown,
  // It ends with a version that starts slowly: whatever came after it would wait for that.
  slowStart,
]

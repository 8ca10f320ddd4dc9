import type { Rule } from '../rule'
import { capacityRules } from './capacity'
import { certificateRules } from './certificate'
import { deploymentRules } from './deployment'
import { doorRules } from './door'
import { healthRules } from './health'
import { imageRules } from './image'
import { lockRules } from './locks'
import { modelRules } from './model'
import { networkRules } from './network'
import { pipelineRules } from './pipeline'
import { roleRules } from './roles'
import { runRules } from './runs'
import { scalingRules } from './scaling'
import { secretRules } from './secrets'
import { startRules } from './start'
import { storeRules } from './stores'
import { symptomRules } from './symptoms'

/** The nearer to the front, the more of what follows it may explain; causes of equal right are told in this order. */
export const rules: Rule[] = [
  ...scalingRules,
  ...imageRules,
  ...secretRules,
  ...roleRules,
  ...networkRules,
  ...doorRules,
  ...certificateRules,
  ...storeRules,
  ...capacityRules,
  ...startRules,
  ...healthRules,
  ...modelRules,
  ...deploymentRules,
  ...lockRules,
  ...runRules,
  ...pipelineRules,
  ...symptomRules,
]

import type { Base } from './base.ts'
import type { Vertex } from './progress.ts'
import type { Stage } from './stages.ts'
import type { ImageConfig, ImageStore } from './store.ts'

/** What a step needs to be done. */
export interface Doing {
  store: ImageStore
  root: string
  contextRoot: string
  vertex: Vertex
  stateOf(stage: Evaluated): Promise<string>
}

export interface Step {
  title: string
  key: string
  /** Worth a copy of the files after it. */
  costly: boolean
  apply(doing: Doing): Promise<void> | void
}

/** A stage with its variables replaced: its steps, and the key that all of its content follows from. */
export interface Evaluated {
  stage: Stage
  base: Base | undefined
  parent: Evaluated | undefined
  steps: Step[]
  key: string
  config: ImageConfig
}

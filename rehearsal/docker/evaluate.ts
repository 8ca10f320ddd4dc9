import type { Source } from './context.ts'
import type { Evaluated } from './plan.ts'
import { StageWalk } from './stage-walk.ts'
import type { Stage } from './stages.ts'

/** What a whole build is given. */
export interface Given {
  stages: Stage[]
  /** The ARGs before the first FROM. */
  globals: Record<string, string | undefined>
  context: Source
  buildArgs: Record<string, string>
  /** `amd64` or `arm64`. */
  architecture: string
}

/** Works out stages, each once: what it would do, and the key of what would come of it. Touches no file. */
export function evaluator(given: Given): (stage: Stage) => Evaluated {
  const done = new Map<Stage, Evaluated>()
  return function evaluate(stage) {
    const evaluated = done.get(stage) ?? new StageWalk(given, stage, evaluate).walk()
    done.set(stage, evaluated)
    return evaluated
  }
}

import { findRevision, marksOf } from '../../aws/revisions'
import { look, type Place } from '../../diagnosis/collect/look'
import type { ServiceSeen } from '../../diagnosis/parts'
import type { Part } from '../../diagnosis/snapshot'
import { found } from './front'
import type { Memory } from './memory'

/** The commit that the service's revision was built from, as deploy noted it; asked for once a revision. */
export function lookAtCommit(
  { aws, stack, region }: Place,
  service: Promise<Part<ServiceSeen | null>>,
  memory: Memory,
): Promise<Part<string | undefined>> {
  return look(
    `aws ecs describe-task-definition --task-definition ${stack.family} --include TAGS --region ${region}`,
    async () => {
      const revision = (await found(service))?.taskDefinition
      if (!revision) return undefined
      const known = memory.commits?.[revision]
      if (known !== undefined) return known || undefined
      const commit = marksOf((await findRevision(aws, revision))?.tags ?? []).commit
      memory.commits = { [revision]: commit ?? '' }
      return commit
    },
  )
}

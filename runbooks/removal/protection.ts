import type { Step } from '../core'
import type { State } from '../terraform/state'
import type { Terraform } from '../terraform/terraform'

/** What AWS refuses to delete while this attribute says so. */
const guards: { type: string; attribute: string; guarded: unknown }[] = [
  { type: 'aws_db_instance', attribute: 'deletion_protection', guarded: true },
  { type: 'aws_lb', attribute: 'enable_deletion_protection', guarded: true },
  { type: 'aws_ecr_repository', attribute: 'force_delete', guarded: false },
]

export const isProtected = (state: State | undefined): boolean => protectedIn(state).length > 0

function protectedIn(state: State | undefined): string[] {
  return (state?.resources ?? []).flatMap(({ mode, type, name, instances }) => {
    const guard = guards.find((one) => one.type === type)
    const held =
      mode === 'managed' && guard && instances?.[0]?.attributes?.[guard.attribute] === guard.guarded
    return held ? [`${type}.${name}`] : []
  })
}

/** Lifts what is in the way of a destroy, and nothing else. */
export async function unprotect(terraform: Terraform, state: State | undefined, step: Step): Promise<void> {
  await terraform.apply(
    { targets: protectedIn(state), variables: { deletion_protection: 'false', ecr_force_delete: 'true' } },
    step,
  )
}

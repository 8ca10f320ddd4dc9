/** What `terraform show -json` says of a plan, as far as the runbooks read it. */
export type PlanJson = {
  format_version?: string
  terraform_version?: string
  resource_changes?: ResourceChange[]
  output_changes?: Record<string, { actions: string[] }>
  prior_state?: unknown
  variables?: Record<string, { value?: unknown }>
  planned_values?: unknown
}

export type ResourceChange = {
  address: string
  type: string
  mode: string
  change: {
    actions: string[]
    before?: Record<string, unknown> | null
    after?: Record<string, unknown> | null
  }
  action_reason?: string
}

export type PlanSummary = {
  create: number
  update: number
  replace: number
  destroy: number
  /** Addresses that would be deleted, or deleted and made anew: what they hold is lost. */
  destructive: { address: string; action: 'delete' | 'replace'; reason?: string }[]
  empty: boolean
}

/** Counts a plan's changes and picks out those that lose something. */
export function summarise(plan: PlanJson): PlanSummary {
  const changes = (plan.resource_changes ?? []).filter(({ mode }) => mode === 'managed')
  const kinds = changes.map((one) => kindOf(one.change.actions))
  const count = (kind: string) => kinds.filter((one) => one === kind).length
  const destructive = changes.flatMap((one) => {
    const action = kindOf(one.change.actions)
    if (action !== 'delete' && action !== 'replace') return []
    // A revision of a task definition, or of a write-only secret, is replaced as a matter of course.
    if (action === 'replace' && replacedFreely.has(one.type)) return []
    return [
      { address: one.address, action, ...(one.action_reason ? { reason: one.action_reason } : {}) } as const,
    ]
  })
  const summary = {
    create: count('create'),
    update: count('update'),
    replace: count('replace'),
    destroy: count('delete'),
  }
  return { ...summary, destructive, empty: Object.values(summary).every((number) => number === 0) }
}

const replacedFreely = new Set(['aws_ecs_task_definition', 'aws_secretsmanager_secret_version'])

function kindOf(actions: string[]): 'create' | 'update' | 'delete' | 'replace' | 'none' {
  if (actions.includes('create') && actions.includes('delete')) return 'replace'
  if (actions.includes('create')) return 'create'
  if (actions.includes('delete')) return 'delete'
  if (actions.includes('update')) return 'update'
  return 'none'
}

/** `3 to add, 1 to change, 0 to destroy`, as Terraform says it. */
export function headline({ create, update, replace, destroy }: PlanSummary): string {
  return `${create + replace} to add, ${update} to change, ${destroy + replace} to destroy`
}

const startsTasks = (type: string) => type === 'aws_ecs_service' || type.startsWith('aws_appautoscaling_')

/** Whether this plan makes the service: then it must not come up before its image and its tables are there. */
export const makesService = (plan: PlanJson) =>
  (plan.resource_changes ?? []).some(
    ({ type, change }) => type === 'aws_ecs_service' && change.actions.includes('create'),
  )

/** Everything that may be made before there is an image: all but the service and what scales it. */
export function beforeService(plan: PlanJson): string[] {
  return (plan.resource_changes ?? [])
    .filter(
      ({ mode, type, change }) =>
        mode === 'managed' && !startsTasks(type) && kindOf(change.actions) !== 'none',
    )
    .map(({ address }) => address)
}

/** What the outputs that deploy reads are taken from, where the plan says that one of those is not written yet. */
export function behindFacts(plan: PlanJson): string[] {
  const outputs = ['task_subnet_ids', 'ecs_security_group_id', 'assign_public_ip']
  const written = outputs.every((name) => plan.output_changes?.[name]?.actions.includes('create') !== true)
  return written ? [] : ['aws_subnet.public', 'aws_subnet.private', 'aws_security_group.app']
}

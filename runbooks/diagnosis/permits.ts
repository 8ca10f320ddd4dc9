/** One statement of an IAM policy, as its JSON has it. */
export interface Statement {
  Effect?: string
  Action?: string | string[]
  NotAction?: string | string[]
  Resource?: string | string[]
  NotResource?: string | string[]
  Condition?: object
}

/** `unsaid`: no statement allows it, and a resource's own policy still could. */
export type Permit = 'allowed' | 'denied' | 'unsaid' | 'unknown'

/** What a role's own policies say of an action; of a statement with a condition, only IAM knows. */
export function permits(statements: Statement[], action: string, resource: string): Permit {
  const about = statements.filter((one) => applies(one, action, resource))
  const of = (effect: string) => about.filter(({ Effect }) => Effect === effect)
  const sure = (some: Statement[]) => some.some(({ Condition }) => !Condition)
  if (sure(of('Deny'))) return 'denied'
  if (of('Deny').length > 0) return 'unknown'
  if (sure(of('Allow'))) return 'allowed'
  return of('Allow').length > 0 ? 'unknown' : 'unsaid'
}

function applies(statement: Statement, action: string, resource: string): boolean {
  const { Action, NotAction, Resource, NotResource } = statement
  const acts = NotAction ? !any(NotAction, action, 'i') : any(Action, action, 'i')
  const means = NotResource ? !any(NotResource, resource) : any(Resource, resource)
  return acts && means
}

const any = (patterns: string | string[] | undefined, text: string, flags = '') =>
  [patterns ?? []].flat().some((pattern) => like(pattern, flags).test(text))

/** IAM's wildcards: `*` for any run of characters, `?` for one. */
function like(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, `s${flags}`)
}

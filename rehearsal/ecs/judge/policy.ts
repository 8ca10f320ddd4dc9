/** One IAM policy document, as its JSON says it. */
export interface PolicyDocument {
  Statement?: Statement | Statement[]
}

interface Statement {
  Effect: 'Allow' | 'Deny'
  Action?: string | string[]
  NotAction?: string | string[]
  Resource?: string | string[]
  NotResource?: string | string[]
  /** Of a role's trust policy: who may take it on. */
  Principal?: '*' | { Service?: string | string[] }
}

export type Decision = 'allowed' | 'explicitly denied' | 'not allowed'

/** Identity-based evaluation: a matching Deny wins, else a matching Allow; conditions are taken as met. */
export function decide(policies: PolicyDocument[], action: string, resource: string): Decision {
  const matching = policies
    .flatMap((policy) => list(policy.Statement))
    .filter((it) => matches(it, action, resource))
  if (matching.some((it) => it.Effect === 'Deny')) return 'explicitly denied'
  return matching.some((it) => it.Effect === 'Allow') ? 'allowed' : 'not allowed'
}

/** Whether a role's trust policy lets a service of AWS take the role on. */
export function trusts(policy: PolicyDocument, service: string): boolean {
  const named = list(policy.Statement).filter(
    ({ Action, Principal }) =>
      list(Action).some((pattern) => like(pattern, 'sts:AssumeRole', true)) &&
      (Principal === '*' || list(Principal?.Service).includes(service)),
  )
  return named.some((it) => it.Effect === 'Allow') && !named.some((it) => it.Effect === 'Deny')
}

function matches(it: Statement, action: string, resource: string): boolean {
  const byAction = it.NotAction
    ? !list(it.NotAction).some((pattern) => like(pattern, action, true))
    : list(it.Action).some((pattern) => like(pattern, action, true))
  const byResource = it.NotResource
    ? !list(it.NotResource).some((pattern) => like(pattern, resource))
    : list(it.Resource).some((pattern) => like(pattern, resource))
  return byAction && byResource
}

/** IAM's wildcards: `*` any run of characters, `?` one. Actions are compared without regard to case. */
function like(pattern: string, value: string, anyCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, anyCase ? 'is' : 's').test(value)
}

function list<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

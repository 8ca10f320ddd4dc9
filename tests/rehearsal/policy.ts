import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Call } from './support'

type Statement = { Effect: string; Action: string | string[]; Resource: string | string[] }

/** The statements of the policy that setup offers, as Terraform fills them in for the rehearsal's account. */
export function offeredPolicy(folder: string): Statement[] {
  const values: Record<string, string> = {
    project: 'tria-aibpo',
    region: 'us-east-1',
    account: '123456789012',
    state_bucket: 'tria-aibpo-123456789012-us-east-1-state',
  }
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8').replace(
        /\$\{(\w+)\}/g,
        (all, name) => values[name] ?? all,
      )
      return (JSON.parse(text) as { Statement: Statement[] }).Statement
    })
}

/** Services whose calls the rehearsal records with the ARN that IAM would judge; of others it knows an id at best. */
const exact = new Set(['s3', 'ecs', 'ecr', 'secretsmanager', 'iam', 'logs', 'sns'])

/** The calls that no statement allows, each once: `service:Action on resource`. */
export function notAllowed(calls: (Call & { permission?: string })[], statements: Statement[]): string[] {
  const missing = calls.filter(({ call, permission, resource }) => {
    const action = permission ?? call
    return !statements.some(
      ({ Effect, Action, Resource }) =>
        Effect === 'Allow' &&
        [Action].flat().some((pattern) => matches(pattern, action, 'i')) &&
        (resource === undefined ||
          !(resource.startsWith('arn:') && exact.has(action.split(':')[0]!)) ||
          [Resource].flat().some((pattern) => matches(pattern, resource))),
    )
  })
  return [
    ...new Set(
      missing.map(({ call, permission, resource }) => `${permission ?? call} on ${resource ?? '?'}`),
    ),
  ].sort()
}

function matches(pattern: string, text: string, flags = ''): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, flags).test(text)
}

import type { LastRun, State } from './state'

/** Why a plan must not even be made: each problem with the way out. */
export type Problem = { sentence: string; next: string }

/**
 * Compares what the state says with what the credentials, the environment and the last run say.
 * `exists`: names of the environment's AWS things that were found although no state knows them.
 */
export function problemsOf(facts: {
  environment: string
  account: string
  state: State | undefined
  lastRun: LastRun | undefined
  exists: string[]
}): Problem[] {
  const { environment, account, state, lastRun, exists } = facts
  if (!state || state.resources.length === 0) return missingState(facts)
  const problems: Problem[] = []
  const theirs = state.outputs.account_id?.value
  if (typeof theirs === 'string' && theirs !== account) {
    problems.push({
      sentence: `The credentials are of account ${account}, but the state of ${environment} is of account ${theirs}`,
      next: 'aws sts get-caller-identity   # then choose the right one with --profile',
    })
  }
  const other = environmentOf(state)
  if (other && other !== environment) {
    problems.push({
      sentence: `The state given for ${environment} is that of ${other}: two environments must not share a state`,
      next: `bun runbooks/setup.ts --environment ${environment}   # writes backend.tf with a key of its own`,
    })
  }
  if (lastRun && lastRun.lineage === state.lineage && state.serial < lastRun.serial) {
    problems.push({
      sentence: `The state is older (serial ${state.serial}) than the one the last run left (serial ${lastRun.serial}): resources made since are not in it`,
      next: `bun runbooks/rollback.ts --list-state-versions --environment ${environment}`,
    })
  }
  if (lastRun && lastRun.lineage !== state.lineage) {
    problems.push({
      sentence: `The state has another lineage (${state.lineage}) than the one the last run left (${lastRun.lineage}): it was made anew`,
      next: `bun runbooks/rollback.ts --list-state-versions --environment ${environment}`,
    })
  }
  return problems.concat(exists.length > 0 && state.resources.length === 0 ? missingState(facts) : [])
}

/**
 * Without setup's secret a plan puts a secret of Terraform's own in its place, whose name is taken for as long as the
 * other one can be restored.
 */
export function inputsProblem(
  { environment, inputSecret }: { environment: string; inputSecret: string },
  secret: { scheduledForDeletion: boolean } | undefined,
  region: string,
): Problem[] {
  if (!secret?.scheduledForDeletion) return []
  return [
    {
      sentence: `Open ${environment}: the secret ${inputSecret} with its passwords and keys is scheduled for deletion`,
      next: `aws secretsmanager restore-secret --secret-id ${inputSecret} --region ${region}`,
    },
  ]
}

function missingState({ environment, exists, lastRun }: Parameters<typeof problemsOf>[0]): Problem[] {
  if (exists.length === 0) return []
  const since = lastRun ? ` (the last run left serial ${lastRun.serial})` : ''
  return [
    {
      sentence: `There is no state for ${environment}${since}, but it exists: ${exists.join(', ')}`,
      next: `bun runbooks/rollback.ts --list-state-versions --environment ${environment}`,
    },
  ]
}

function environmentOf(state: State): string | undefined {
  const summary = state.outputs.deployment_summary?.value as { environment?: string } | undefined
  return summary?.environment
}

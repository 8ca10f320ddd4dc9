/**
 * What every AWS thing of an environment is called. The names are the guide's; Terraform builds the same
 * ones from `project_name` and `environment`, and a test holds the two against each other.
 */
export const project = 'tria-aibpo'

/** The one container of the task definition. */
export const container = 'tria-aibpo-backend'

/** The port the container listens on, and the target group sends to. */
export const containerPort = 8080

export type Stack = ReturnType<typeof stackOf>

/** Names of one environment, e.g. `staging` gives the cluster `tria-aibpo-staging-cluster`. */
export function stackOf(environment: string) {
  const prefix = `${project}-${environment}`
  return {
    environment,
    prefix,
    cluster: `${prefix}-cluster`,
    service: `${prefix}-service`,
    family: `${prefix}-task`,
    loadBalancer: `${prefix}-alb`,
    targetGroup: `${prefix}-tg`,
    repository: prefix,
    logGroup: `/ecs/${prefix}`,
    database: `${prefix}-db`,
    replicationGroup: `${prefix}-redis`,
    dashboard: `${prefix}-dashboard`,
    alerts: `${prefix}-alerts`,
    /** Written by setup, read by Terraform as an ephemeral value and by tasks by reference. */
    inputSecret: `${prefix}/inputs`,
    /** Written by Terraform: the JSON key DATABASE_URL. */
    databaseSecret: `${prefix}/database`,
    stateKey: `${environment}/terraform.tfstate`,
    lockKey: `locks/${environment}.json`,
  }
}

/** The account's bucket of Terraform state, journal and locks, made by terraform/bootstrap. */
export function stateBucket(account: string, region: string): string {
  return `${project}-${account}-${region}-state`
}

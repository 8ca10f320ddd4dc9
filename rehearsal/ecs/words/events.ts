/** What a service says about itself, in AWS's words. */
const tasks = (ids: string[]) => ids.map((id) => `(task ${id})`).join(' ')

export const eventWords = {
  steady: (service: string) => `(service ${service}) has reached a steady state.`,
  started: (service: string, ids: string[], replaced = 0) =>
    `(service ${service}) has started ${ids.length} tasks: ${tasks(ids)}.` +
    (replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : ''),
  stoppedRunning: (service: string, ids: string[]) =>
    `(service ${service}) has stopped ${ids.length} running tasks: ${tasks(ids)}.`,
  stoppedPending: (service: string, count: number) => `(service ${service}) stopped ${count} pending tasks.`,
  registered: (service: string, count: number, targetGroup: string) =>
    `(service ${service}) registered ${count} targets in (target-group ${targetGroup})`,
  deregistered: (service: string, count: number, targetGroup: string) =>
    `(service ${service}) deregistered ${count} targets in (target-group ${targetGroup})`,
  draining: (service: string, deployment: string, count: number) =>
    `(service ${service}, taskSet ${deployment}) has begun draining connections on ${count} tasks.`,
  targetUnhealthy: (service: string, task: string, port: number, targetGroup: string, reason: string) =>
    `(service ${service}) (task ${task}) (port ${port}) is unhealthy in (target-group ${targetGroup}) due to (reason ${reason}).`,
  containerUnhealthy: (service: string, task: string) =>
    `(service ${service}) (task ${task}) failed container health checks.`,
  completed: (service: string, deployment: string) =>
    `(service ${service}) (deployment ${deployment}) deployment completed.`,
  failedToStart: (service: string, deployment: string) =>
    `(service ${service}) (deployment ${deployment}) deployment failed: tasks failed to start.`,
  alarmDetected: (service: string, deployment: string) =>
    `(service ${service}) (deployment ${deployment}) deployment failed: alarm detected.`,
  rollingBack: (service: string, deployment: string) =>
    `(service ${service}) rolling back to deployment ${deployment}.`,
  unableToPlace: (service: string, reason: string) =>
    `(service ${service}) was unable to place a task. Reason: ${reason}`,
  blocked: (service: string) =>
    `(service ${service}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`,
  unableToStart: (service: string) =>
    `(service ${service}) is unable to consistently start tasks successfully.`,
}

/** Why a deployment is where it is. Words marked [?] in the notes are this project's best reading. */
export const rolloutWords = {
  inProgress: (deployment: string) => `ECS deployment ${deployment} in progress.`,
  completed: (deployment: string) => `ECS deployment ${deployment} completed.`,
  failedToStart: 'ECS deployment circuit breaker: tasks failed to start.',
  rollingBack: (deployment: string) =>
    `ECS deployment circuit breaker: rolling back to deploymentId ${deployment}.`,
  alarmDetected: 'ECS deployment failed: alarm detected.',
  rollingBackForAlarm: (deployment: string) =>
    `ECS deployment alarms: rolling back to deploymentId ${deployment}.`,
  stoppedByUser: 'ECS deployment stopped by a user.',
  rollingBackForUser: (deployment: string) =>
    `ECS deployment stopped by a user: rolling back to deploymentId ${deployment}.`,
}

export const serviceDeploymentWords = {
  rolledBackByBreaker: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
  failedByBreaker: 'Service deployment failed because the circuit breaker threshold was exceeded.',
  rolledBackByAlarm: 'Service deployment rolled back because an alarm was detected.',
  failedByAlarm: 'Service deployment failed because an alarm was detected.',
  rolledBackByUser: 'Service deployment rolled back because a user requested it.',
  stoppedByUser: 'Service deployment stopped because a user requested it.',
  superseded: 'Service deployment stopped because a newer service deployment replaced it.',
  noCandidate: 'No rollback candidate was found to run the rollback.',
  rollbackFailed: 'Service deployment rollback failed because the circuit breaker threshold was exceeded.',
  serviceDeleted: 'Service deployment stopped because the service was deleted.',
}

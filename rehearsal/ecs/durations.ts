/**
 * How long things take here, in milliseconds. AWS takes minutes for most of them; the order of what happens
 * is AWS's, the waiting is not what a rehearsal is for.
 */
export const durations = {
  /** PROVISIONING: attaching the network interface. */
  provisioning: 150,
  /** DEPROVISIONING: giving it back. */
  deprovisioning: 100,
  /** How long a task runs before it counts as healthy when nothing checks its health (AWS: 40 s). */
  healthyWithoutChecks: 3_000,
  /** The pause after the first start in a row that failed; it doubles (AWS: up to 15 min). */
  retry: 300,
  retryAtMost: 4_000,
  /** A service looks at its tasks this often while something moves, and this often otherwise. */
  lookWhileMoving: 150,
  lookWhenSteady: 1_000,
  /** Between two looks at whether the load balancer has let go of a target. */
  drainLook: 100,
  /** A container's first health check, and those until its first success; such early looks can only find it healthy. */
  firstCheck: 300,
  checkWhileStarting: 1_000,
  /** What is left of a stop timeout when the rehearsal itself goes down. */
  goingDown: 1_500,
  /** What a task prints is sent to its log group this often. */
  logFlush: 250,
  /** Memory and processor time of the tasks are read this often. */
  usage: 1_000,
  /** Metrics: the first soon after the first task, then as AWS does. */
  firstMetric: 3_000,
  metric: 60_000,
  /** How long a stopped task, and a deleted service, can still be described. */
  stoppedTaskVisible: 3_600_000,
  /** Between two looks of Application Auto Scaling at its alarms and schedules. */
  scalingLook: 2_000,
  /** Between two looks at the alarms a deployment watches. */
  alarmLook: 1_000,
}

export type Durations = typeof durations

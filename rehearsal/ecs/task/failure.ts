/** A task that cannot start. The message is what AWS writes in its stoppedReason. */
export class StartFailure extends Error {}

/** Somebody asked the task to stop before it ran. */
export class Halted extends Error {}

/** Sends a signal and, when it ends the process, waits for the end. */
export class Process {
  constructor(readonly child: Bun.Subprocess) {}

  pause(): void {
    this.child.kill('SIGSTOP')
  }

  resume(): void {
    this.child.kill('SIGCONT')
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
    if (this.child.exitCode !== null) return this.child.exitCode
    this.child.kill(signal)
    return this.child.exited
  }
}

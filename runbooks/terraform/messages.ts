/** One line of `terraform plan|apply|destroy -json`, as far as the runbooks read it. */
type Message = {
  type?: string
  '@message'?: string
  '@level'?: string
  hook?: { resource?: { addr?: string }; action?: string; elapsed_seconds?: number }
  changes?: Record<string, unknown>
  outputs?: Record<string, { action?: string }>
  diagnostic?: { severity?: string; summary?: string; detail?: string; address?: string }
}

/**
 * Follows Terraform's machine-readable log: which resources it is busy with, and what went wrong.
 * Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export class TerraformLog {
  #busy = new Map<string, { action: string; since: number }>()
  readonly errors: string[] = []
  readonly warnings: string[] = []
  done = 0
  #changes: Record<string, unknown> | undefined
  #outputsChange = false

  /** Whether a plan has said that there is nothing to do, not for resources and not for outputs. */
  get unchanged(): boolean {
    const counts = Object.values(this.#changes ?? {}).filter((value) => typeof value === 'number')
    return counts.length > 0 && counts.every((count) => count === 0) && !this.#outputsChange
  }

  /** Takes one line; returns what is worth a line of its own to a reader. */
  take(line: string, now: number): string | undefined {
    const message = parse(line)
    if (!message) return line.trim() || undefined
    const address = message.hook?.resource?.addr
    switch (message.type) {
      case 'apply_start':
        if (address) this.#busy.set(address, { action: message.hook?.action ?? 'change', since: now })
        return undefined
      case 'apply_complete':
        if (address) this.#busy.delete(address)
        // A data source is read, not made.
        if (message.hook?.action === 'read') return undefined
        this.done++
        return message['@message']
      case 'apply_errored':
        if (address) this.#busy.delete(address)
        return message['@message']
      case 'change_summary':
        this.#changes = message.changes
        return undefined
      case 'outputs':
        this.#outputsChange = Object.values(message.outputs ?? {}).some(({ action }) => action !== 'noop')
        return undefined
      case 'diagnostic':
        return this.#diagnose(message)
      default:
        return undefined
    }
  }

  /** What is being waited for, the longest first. */
  waiting(now: number): string {
    const longest = [...this.#busy].sort(([, a], [, b]) => a.since - b.since)
    if (longest.length === 0) return `${this.done} done`
    const [address, { action, since }] = longest[0]!
    const more = longest.length > 1 ? `, ${longest.length - 1} more` : ''
    return `${this.done} done; ${action} ${address} ${Math.round((now - since) / 1000)} s${more}`
  }

  #diagnose({ diagnostic }: Message): string | undefined {
    if (!diagnostic?.summary) return undefined
    const where = diagnostic.address ? ` (${diagnostic.address})` : ''
    const text = [`${diagnostic.summary}${where}`, diagnostic.detail].filter(Boolean).join('\n')
    if (diagnostic.severity !== 'error') {
      this.warnings.push(text)
      return undefined
    }
    this.errors.push(text)
    return `Error: ${text}`
  }
}

function parse(line: string): Message | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Message
  } catch {
    return undefined
  }
}

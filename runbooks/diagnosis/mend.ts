import type { Opening } from './opening'

/** A fix that is safe to make at once: it opens or starts what was open or running, deletes nothing, and can be undone. */
export type Mend =
  | { do: 'let-through'; rule: Opening }
  | { do: 'start-database'; id: string }
  | { do: 'restore-secret'; arn: string }
  | { do: 'health-check'; targetGroup: string; path?: string; port?: string; code?: string; was: string }
  | { do: 'create-log-group'; name: string }
  | { do: 'resume-scaling'; was: string[] }
  /** A runbook of its own, which knows what stood before. */
  | { do: 'emergency-restore' }

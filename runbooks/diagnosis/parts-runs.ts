/** What was done to the environment from outside: by runbooks, by the pipeline, by whoever owns the domain. */
export interface RunParts {
  /** The last runs of a day that changed the environment, newest first. */
  runs: RunSeen[]
  /** The last run of the pipeline; null where no GitHub token and repository were given. */
  pipeline: PipelineSeen | null
  certificates: CertificateSeen[]
  /** Of a domain of one's own: what its DNS lacks. */
  domain: DomainSeen | null
}

export interface RunSeen {
  /** Its journal, as `history.ts` knows it. */
  name: string
  runbook: string
  at: string
  /** Undefined while it runs, or where it was killed. */
  exitCode: number | undefined
  /** The step that failed. */
  step: string | undefined
  error: string | undefined
  detail: string[]
}

export interface PipelineSeen {
  repository: string
  url: string
  workflow: string
  at: string
  /** `success`, `failure`, `cancelled` ...; undefined while it runs. */
  conclusion: string | undefined
  /** The first step that failed. */
  job: string | undefined
  step: string | undefined
  /** What that job said of errors, the last of it. */
  lines: string[]
}

export interface CertificateSeen {
  arn: string
  domain: string
  /** `PENDING_VALIDATION`, `ISSUED`, `EXPIRED`, `FAILED` ... */
  status: string
  reason: string | undefined
  /** The records that DNS must have for it to be issued. */
  records: string[]
}

export interface DomainSeen {
  name: string
  /** In one sentence, with the record that is to be made; absent where people get there. */
  missing: string | undefined
}

import { printable } from '../../core/output/printable'
import type { RunSeen } from '../parts-runs'
import { refusalIn } from '../refusals'
import { type Confidence, type Evidence, quote, type Rule, runbookOf, seen } from '../rule'
import type { Snapshot } from '../snapshot'

/** Those that bring something; an emergency neither fails nor mends them. */
const bringing = /^(deploy|setup|rollback|destroy)$/

/** The last run that was to bring something, if it failed. */
export function lastFailedRun(snapshot: Snapshot): RunSeen | undefined {
  const last = seen(snapshot, 'runs')?.find(({ runbook }) => bringing.test(runbook))
  return last?.exitCode === 1 ? last : undefined
}

/** The run as evidence, and the command that tells the whole of it. */
export const runEvidence = (
  snapshot: Snapshot,
  { name, runbook, at, step, error, detail }: RunSeen,
): Evidence[] => [
  {
    text: printable(
      `${runbook} of ${at}${step ? `, at "${step}"` : ''}: ${error ?? 'no reason was kept'}`,
      600,
    ),
    command: `${runbookOf(snapshot, 'history')} ${/^[\w.-]+$/.test(name) ? name : ''}`.trim(),
  },
  ...(detail ?? [])
    .filter((line) => line.trim())
    .slice(-3)
    .map((line) => quote(snapshot, 'runs', line)),
]

interface RunRule {
  id: string
  title: string
  section: string
  confidence?: Confidence
  /** Why the run failed, if it is this; and, as a comment behind the fix, what to do first. */
  judge(run: RunSeen, snapshot: Snapshot): { cause: string; fix?: string; first?: string } | undefined
}

const ofTerraform = (run: RunSeen) => run.error?.match(/^Run terraform (\w+): ([\s\S]+)/)

const kinds: RunRule[] = [
  {
    id: 'terraform-refused',
    title: 'AWS refuses what Terraform asks for',
    section: '8.1',
    judge(run) {
      const refusal = refusalIn(ofTerraform(run)?.[2])
      if (!refusal || refusal.quota) return undefined
      return {
        cause: `The last ${run.runbook} did not change the infrastructure: AWS refused ${refusal.what} (${refusal.code}: ${refusal.message})`,
        first: refusal.hint,
      }
    },
  },
  {
    id: 'infrastructure-failed',
    title: 'The last change of the infrastructure failed',
    section: '8.1',
    confidence: 'likely',
    judge(run) {
      const [, action, text] = ofTerraform(run) ?? []
      if (!text || refusalIn(text)) return undefined
      return { cause: `The last ${run.runbook} ended at terraform ${action}: ${text.split('\n')[0]}` }
    },
  },
  {
    id: 'image-not-built',
    title: 'The image could not be built',
    section: '8.5',
    judge(run) {
      if (run.step !== 'Build the image') return undefined
      return {
        cause: `The last ${run.runbook} could not build the image, so that what serves is what served before`,
        first: 'once docker build says no error',
      }
    },
  },
  {
    id: 'deployment-superseded',
    title: 'A newer deployment has taken over',
    section: '10.1',
    judge(run) {
      if (!/\. A newer deployment has taken over$/.test(run.error ?? '')) return undefined
      const what = run.error!.match(/^Deploy (\S+):/)?.[1] ?? 'a revision'
      return {
        cause: `The last deploy, of ${what}, was superseded: somebody moved the service while it was under way, and that one was not verified`,
        first: 'once it is clear who moved it, and why',
      }
    },
  },
  {
    id: 'deployer-credentials',
    title: 'Whoever deployed last had no good credentials',
    section: '8.5',
    confidence: 'likely',
    judge(run) {
      if (!run.error?.startsWith('AWS credentials:') && !/^Follow .*: AWS credentials:/.test(run.error ?? ''))
        return undefined
      return {
        cause: `The last ${run.runbook} ended for its credentials (${run.error}): what it was to bring is not there, or was not verified`,
        first: 'after aws sts get-caller-identity answers',
      }
    },
  },
  {
    id: 'deployer-lacks-permission',
    title: 'Whoever deployed last lacks a permission',
    section: '8.5',
    judge(run) {
      const action = run.error?.match(/AWS: access denied to ([\w-]+:\w+)/)?.[1]
      if (!action) return undefined
      return {
        cause: `The last ${run.runbook} was denied ${action}: what it was to bring is not there`,
        fix: 'aws sts get-caller-identity   # who it is; terraform/bootstrap/policies has what the runbooks need',
      }
    },
  },
]

const runRule = ({ id, title, section, confidence = 'proven', judge }: RunRule): Rule => ({
  id,
  family: 'runs',
  title,
  section,
  needs: ['runs'],
  look(snapshot) {
    const run = lastFailedRun(snapshot)
    const judged = run && judge(run, snapshot)
    if (!run || !judged) return undefined
    const again = `${runbookOf(snapshot, run.runbook)}${judged.first ? `   # ${judged.first}` : ''}`
    return {
      cause: printable(judged.cause, 500),
      confidence,
      evidence: runEvidence(snapshot, run),
      fix: judged.fix ?? printable(again, 400),
    }
  },
})

export const runRules: Rule[] = kinds.map(runRule)

import type { PipelineSeen } from '../parts-runs'
import { quote, type Rule, seen } from '../rule'

interface Kind {
  id: string
  title: string
  words?: RegExp
  step?: RegExp
  cause: (run: PipelineSeen) => string
  fix: (run: PipelineSeen) => string
}

const look = ({ url }: PipelineSeen) => `open ${url}`

/** The first that fits is it: what GitHub's job says of errors, or which step it was that failed. */
const kinds: Kind[] = [
  {
    id: 'pipeline-role-refused',
    title: 'The pipeline may not take on the deploy role',
    words: /Not authorized to perform sts:AssumeRoleWithWebIdentity|No OpenIDConnect provider found/,
    cause: ({ repository }) =>
      `The pipeline of ${repository} may not take on its deploy role: the role trusts another repository or GitHub environment`,
    fix: ({ repository }) => `bun runbooks/setup.ts --github ${repository}`,
  },
  {
    id: 'pipeline-credentials',
    title: 'The pipeline has no good credentials',
    words:
      /Could not load credentials from any providers|ACTIONS_ID_TOKEN_REQUEST_URL|security token included in the request is (invalid|expired)/,
    cause: ({ workflow }) =>
      `The pipeline has no credentials for AWS: its job in ${workflow} lacks id-token: write, or its stored keys are no good`,
    fix: look,
  },
  {
    id: 'pipeline-build-failed',
    title: 'The image is not built in the pipeline',
    words: /failed to solve|docker(file)?.*(failed|error)|failed to build/i,
    step: /\b(build|docker)\b/i,
    cause: ({ step }) => `The pipeline's image could not be built${step ? `, at "${step}"` : ''}`,
    fix: look,
  },
  {
    id: 'pipeline-tests-failed',
    title: 'The tests fail in the pipeline',
    step: /\b(tests?|check|lint|types?)\b/i,
    cause: ({ step }) => `The pipeline's tests fail${step ? `, at "${step}"` : ''}: nothing was deployed`,
    fix: look,
  },
  {
    id: 'pipeline-failed',
    title: 'The last run of the pipeline failed',
    step: /(?:)/,
    cause: ({ workflow, step, conclusion }) =>
      `The last run of ${workflow} ended as ${conclusion}${step ? `, at "${step}"` : ''}`,
    fix: look,
  },
]

/** A run that somebody cancelled is none that failed. */
const failed = (run: PipelineSeen) => /^(failure|timed_out|startup_failure)$/.test(run.conclusion ?? '')

const fits = ({ words, step }: Kind, run: PipelineSeen) =>
  (words && run.lines?.some((line) => words.test(line))) || step?.test(`${run.job ?? ''} ${run.step ?? ''}`)

export const pipelineRules: Rule[] = kinds.map((kind) => ({
  id: kind.id,
  family: 'pipeline',
  title: kind.title,
  section: '8.5',
  needs: ['pipeline'],
  look(snapshot) {
    const run = seen(snapshot, 'pipeline')
    if (!run || !failed(run) || kinds.find((one) => fits(one, run)) !== kind) return undefined
    return {
      cause: kind.cause(run),
      // A job's log may hold anything.
      confidence: 'likely',
      evidence: [
        quote(
          snapshot,
          'pipeline',
          `${run.workflow} of ${run.at}: ${run.conclusion}; ${run.job ?? ''}: ${run.step ?? ''}`,
        ),
        ...(run.lines ?? []).slice(-3).map((line) => quote(snapshot, 'pipeline', line)),
      ],
      fix: kind.fix(run),
    }
  },
}))

import { secret } from '../../core'
import { redactText } from '../../core/secrets/redact'
import { checkRepository } from '../../setup/github-api'
import type { PipelineSeen } from '../parts-runs'
import type { Part } from '../snapshot'
import { look, type Place } from './look'

/** Where the pipeline's runs can be asked for. */
export interface Pipeline {
  repository: string
  token: string
  /** https://api.github.com, or an enterprise server's. */
  api: string
}

/** From the environment, as GitHub's own tools have it; undefined where nothing was given. */
export function pipelineFrom(
  env: Record<string, string | undefined>,
  given: string | undefined,
): Pipeline | undefined {
  const token = env.GITHUB_TOKEN ?? env.GH_TOKEN
  const repository = given ?? env.GITHUB_REPOSITORY
  if (!token || !repository || checkRepository(repository)) return undefined
  const api = env.GITHUB_API_URL ?? 'https://api.github.com'
  return { repository, token: secret(token).reveal(), api }
}

/** The last run that is over, and where it failed; null where no token was given. */
export function lookAtPipeline({ pipeline }: Place): Promise<Part<PipelineSeen | null>> {
  const repository = pipeline?.repository ?? 'ORG/REPO'
  return look(`gh run list --repo ${repository} --limit 1`, async () => {
    if (!pipeline) return null
    const { workflow_runs: runs = [] } = await ask<{ workflow_runs?: Run[] }>(
      pipeline,
      `/actions/runs?per_page=1&status=completed`,
    )
    const [run] = runs
    if (!run) return null
    const seen = {
      repository: pipeline.repository,
      url: run.html_url,
      workflow: run.path?.split('/').at(-1) ?? run.name ?? '',
      at: run.created_at,
      conclusion: run.conclusion ?? undefined,
    }
    if (run.conclusion === 'success') return { ...seen, job: undefined, step: undefined, lines: [] }
    const { jobs = [] } = await ask<{ jobs?: Job[] }>(pipeline, `/actions/runs/${run.id}/jobs?per_page=50`)
    const job = jobs.find(({ conclusion }) => conclusion === 'failure')
    const step = job?.steps?.find(({ conclusion }) => conclusion === 'failure')
    return { ...seen, job: job?.name, step: step?.name, lines: job ? await errorsOf(pipeline, job.id) : [] }
  })
}

interface Run {
  id: number
  html_url: string
  name?: string
  path?: string
  created_at: string
  conclusion: string | null
}
interface Job {
  id: number
  name: string
  conclusion: string | null
  steps?: { name: string; conclusion: string | null }[]
}

/** The lines that GitHub itself marks as errors. */
async function errorsOf(pipeline: Pipeline, job: number): Promise<string[]> {
  const text = await ask<string>(pipeline, `/actions/jobs/${job}/logs`)
  return text
    .split('\n')
    .flatMap((line) => line.match(/##\[error\](.*)/)?.[1] ?? [])
    .slice(-10)
    .map((line) => redactText(line.trim()).slice(0, 500))
}

/** A job's log is at another address, which is asked without the token. */
async function ask<T>({ api, token, repository }: Pipeline, path: string): Promise<T> {
  const { request } = await import('@octokit/request')
  const { data } = await request(`GET /repos/${repository}${path}`, {
    baseUrl: api,
    headers: { authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' },
  })
  return data as T
}

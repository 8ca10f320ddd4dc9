/** A run of a workflow, as the REST API shows it. https://docs.github.com/rest/actions/workflow-runs */
export interface WorkflowRun {
  id: number
  path: string
  created_at: string
  conclusion: Conclusion
  jobs: Job[]
}

export interface Job {
  id: number
  name: string
  conclusion: Conclusion
  steps: { name: string; conclusion: Conclusion }[]
  log: string[]
}

export type Conclusion = 'success' | 'failure' | 'skipped'

export type Hub = ReturnType<typeof hub>

/** A GitHub of one repository, on this machine: it answers for the runs as api.github.com does, to who has the token. */
export function hub(repository: string) {
  const token = `ghs_${crypto.randomUUID().replaceAll('-', '')}0000`
  const runs: WorkflowRun[] = []
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer })
  // What is still to be asked keeps the drills going, not this.
  server.unref()
  const origin = `http://127.0.0.1:${server.port}`

  function answer(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url)
    const log = pathname.match(/^\/logs\/(\d+)$/)?.[1]
    if (log) return new Response(jobOf(log)?.log.join('\n'))
    if (request.headers.get('authorization') !== `Bearer ${token}`)
      return Response.json({ message: 'Bad credentials' }, { status: 401 })
    const path = pathname.replace(`/repos/${repository}/actions`, '')
    if (path === '/runs') {
      const found = runs.slice(0, Number(searchParams.get('per_page') ?? 30))
      return Response.json({ total_count: runs.length, workflow_runs: found.map(shown) })
    }
    const run = path.match(/^\/runs\/(\d+)\/jobs$/)?.[1]
    const jobs = runs.find(({ id }) => String(id) === run)?.jobs
    if (jobs) return Response.json({ jobs: jobs.map(({ log: _, ...job }) => job) })
    const job = path.match(/^\/jobs\/(\d+)\/logs$/)?.[1]
    if (job && jobOf(job)) return Response.redirect(`${origin}/logs/${job}`, 302)
    return Response.json({ message: 'Not Found' }, { status: 404 })
  }

  const jobOf = (id: string) => runs.flatMap(({ jobs }) => jobs).find((job) => String(job.id) === id)
  const shown = ({ jobs: _, ...run }: WorkflowRun) => ({
    ...run,
    status: 'completed',
    html_url: `https://github.com/${repository}/actions/runs/${run.id}`,
  })

  return {
    repository,
    runs,
    /** What leads `gh` and the runbooks here. */
    env: { GITHUB_TOKEN: token, GITHUB_API_URL: origin, GITHUB_REPOSITORY: repository },
  }
}

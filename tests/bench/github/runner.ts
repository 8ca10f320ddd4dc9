import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Trouble } from '../../rehearsal/small-trouble'
import { credentialsFor } from './credentials'
import type { Conclusion, Hub, Job, WorkflowRun } from './hub'

const path = '.github/workflows/aws-cicd.yml'

interface Workflow {
  permissions?: Record<string, string>
  jobs: Record<string, { name: string; permissions?: Record<string, string>; steps: Step[] }>
}
interface Step {
  name?: string
  uses?: string
  run?: string
}

/** Tools that are on this machine already; a checkout is made before the first step. */
const installs = /^(npm|bun) install\b/
const prepares = /^(actions\/|hashicorp\/setup-)/

/** Runs the committed workflow, in a checkout of its own: its commands are real, and so is what they do. */
export async function runWorkflow(trouble: Trouble, hub: Hub, jobs: string[]): Promise<WorkflowRun> {
  const { workspace } = trouble
  const checkout = await mkdtemp(join(tmpdir(), 'tria-runner-'))
  try {
    await workspace.must(['git', 'clone', '-q', workspace.dir, checkout])
    await symlink(join(workspace.dir, 'node_modules'), join(checkout, 'node_modules'))
    const workflow = Bun.YAML.parse(await Bun.file(join(checkout, path)).text()) as Workflow
    const run: WorkflowRun = {
      id: hub.runs.length + 1,
      path,
      created_at: new Date().toISOString(),
      conclusion: 'success',
      jobs: [],
    }
    for (const [at, name] of jobs.entries()) {
      const job = await runJob(trouble, hub, { checkout, workflow, name, id: run.id * 10 + at })
      run.jobs.push(job)
      run.conclusion = job.conclusion
      if (job.conclusion === 'failure') break
    }
    hub.runs.unshift(run)
    return run
  } finally {
    await rm(checkout, { recursive: true, force: true })
  }
}

interface Place {
  checkout: string
  workflow: Workflow
  name: string
  id: number
}

async function runJob(trouble: Trouble, hub: Hub, { checkout, workflow, name, id }: Place): Promise<Job> {
  const { name: title, permissions = workflow.permissions, steps } = workflow.jobs[name]!
  const log: string[] = []
  const say = (line: string) => log.push(`${new Date().toISOString()} ${line}`)
  const env: Record<string, string> = { CI: 'true', GITHUB_ACTIONS: 'true', TRIA_ENVIRONMENT: 'staging' }
  const mayAsk = permissions?.['id-token'] === 'write'

  async function made({ uses, run = '' }: Step): Promise<boolean> {
    if (uses?.startsWith('aws-actions/configure-aws-credentials'))
      Object.assign(env, await credentialsFor(trouble, hub.repository, mayAsk))
    else if (uses && !prepares.test(uses)) throw new Error(`This runner has no ${uses}`)
    if (!run || installs.test(run)) return true
    const { exitCode, stdout, stderr } = await trouble.workspace.exec(['sh', '-ec', run], {
      cwd: checkout,
      env,
    })
    for (const line of `${stdout}${stderr}`.split('\n').filter(Boolean)) say(line)
    if (exitCode !== 0) say(`##[error]Process completed with exit code ${exitCode}.`)
    return exitCode === 0
  }

  let conclusion: Conclusion = 'success'
  const told: Job['steps'] = []
  for (const step of steps) {
    const called = step.name ?? `Run ${step.uses ?? step.run!.split('\n')[0]}`
    if (conclusion === 'failure') {
      told.push({ name: called, conclusion: 'skipped' })
      continue
    }
    say(`##[group]${called}`)
    const well = await made(step).catch((error: Error) => {
      say(`##[error]${error.message}`)
      return false
    })
    conclusion = well ? 'success' : 'failure'
    told.push({ name: called, conclusion })
  }
  return { id, name: title, conclusion, steps: told, log }
}

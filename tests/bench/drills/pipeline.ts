import type { Trouble } from '../../rehearsal/small-trouble'
import { deployRole } from '../github/credentials'
import { type Hub, hub } from '../github/hub'
import { runWorkflow } from '../github/runner'
import { change, deployed, edited, overIt } from './deploying'
import type { Drill } from './drill'
import { unserved } from './noticed'

const repository = 'acme/tria-aibpo'
const workflow = '.github/workflows/aws-cicd.yml'

/** The repository at GitHub, and the role that its pipeline takes on; made once. */
let made: Promise<{ hub: Hub; role: Awaited<ReturnType<typeof deployRole>> }> | undefined
const github = (trouble: Trouble) => {
  made ??= (async () => ({ hub: hub(repository), role: await deployRole(trouble, repository) }))()
  return made
}

const ready = async (trouble: Trouble) => {
  await deployed(trouble)
  await github(trouble)
}

/** Whoever looks from now on has a token for that repository; until what it returns is called. */
function withToken({ env }: Hub): () => void {
  Object.assign(process.env, env)
  return () => {
    for (const name of Object.keys(env)) delete process.env[name]
  }
}

/** The tests of a good commit take half an hour: where it is not they that fail, they count as passed. */
const jobs = (cause: string) => (cause === 'pipeline-tests-failed' ? ['test', 'deploy'] : ['deploy'])

/** A push whose pipeline runs, really, and ends in vain. */
const pushed = (
  name: string,
  cause: string,
  breakIt: (trouble: Trouble) => Promise<() => Promise<unknown>>,
): Drill => ({
  name,
  causes: [cause],
  ready,
  async play(trouble) {
    const at = await github(trouble)
    const mend = await breakIt(trouble)
    const forget = withToken(at.hub)
    await change(trouble)
    await runWorkflow(trouble, at.hub, jobs(cause))
    return async () => {
      forget()
      await mend()
      await overIt(trouble)
    }
  },
  noticed: unserved,
})

const replaced = (path: string, what: string, by: string) => (trouble: Trouble) =>
  edited(trouble, path, (text) => {
    if (!text.includes(what)) throw new Error(`${path} has no ${what}`)
    return text.replace(what, by)
  })

const brokenImage = replaced('Dockerfile', 'bun build server/main.ts', 'bun build server/nothing.ts')

async function renamed(trouble: Trouble) {
  const { role } = await github(trouble)
  await role.trust('acme/chatbot')
  return () => role.trust(repository)
}

/** What a pipeline ends at, with a token to look. */
export const pipelineDrills: Drill[] = [
  pushed(
    'a repository that was renamed, and a deploy role that trusts the old name',
    'pipeline-role-refused',
    renamed,
  ),
  pushed(
    "a workflow whose job no longer asks for GitHub's token",
    'pipeline-credentials',
    replaced(workflow, '      id-token: write\n', ''),
  ),
  pushed(
    'a commit whose tests fail',
    'pipeline-tests-failed',
    replaced('tests/suites.ts', "from './suites/command'", "from './suites/nothing'"),
  ),
  pushed(
    'a workflow that builds the image itself, and a Dockerfile that does not build',
    'pipeline-build-failed',
    async (trouble) => {
      const step =
        '      - name: Build the image\n        run: docker build --tag chatbot .\n      - name: Deploy\n'
      const mends = [
        await replaced(workflow, '      - name: Deploy\n', step)(trouble),
        await brokenImage(trouble),
      ]
      return async () => {
        for (const mend of mends) await mend()
      }
    },
  ),
  pushed(
    'a workflow that calls a runbook which is not there',
    'pipeline-failed',
    replaced(workflow, 'bun runbooks/deploy.ts', 'bun runbooks/deploi.ts'),
  ),
  pushed('a Dockerfile that does not build, and a pipeline that deploys', 'image-not-built', brokenImage),
  {
    name: 'a pipeline that failed, and whose next run went well',
    causes: [],
    ready,
    async play(trouble) {
      const at = await github(trouble)
      const mend = await renamed(trouble)
      await change(trouble)
      await runWorkflow(trouble, at.hub, ['deploy'])
      await mend()
      const { conclusion, jobs } = await runWorkflow(trouble, at.hub, ['deploy'])
      if (conclusion !== 'success')
        throw new Error(`It did not go well: ${jobs[0]!.log.slice(-20).join('\n')}`)
      const forget = withToken(at.hub)
      return async () => forget()
    },
  },
]

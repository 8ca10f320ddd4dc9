import type { Aws } from '../aws/clients'
import { repositoryUrl } from '../aws/images'
import { findRevision, marksOf } from '../aws/revisions'
import { findService, primaryOf } from '../aws/service'
import { type Stack, stateBucket } from '../aws/stack'
import { type Book, Refused } from '../core'
import type { Before } from '../deployment/before'
import { describeFailure, markVerified, recover } from '../deployment/conclusion'
import { follow } from '../deployment/follow'
import { buildImage, platformOf, pushImage, refuseDirty, taggedFor } from '../deployment/image'
import { move, type Release, register } from '../deployment/release'
import { digestIn } from '../deployment/revision'
import { workingTree } from '../git/commit'
import type { Platform } from '../images/docker'
import { factsOf } from '../terraform/facts'
import { readState } from '../terraform/state'

/**
 * Brings a changed template to the tasks: the image that serves goes on serving, under Terraform's newest settings. What
 * Terraform itself has started is followed too. Undefined where nothing moved.
 */
export async function rollOut(
  book: Book,
  aws: Aws,
  stack: Stack,
  { account, before }: { account: string; before: Before },
): Promise<string | undefined> {
  if (!before || book.dryRun) return undefined
  const facts = factsOf(await readState(aws, stateBucket(account, book.region), stack))
  if (!facts) return undefined
  const release = await releaseFor(book, aws, stack, before.standing.taskDefinition, facts.template)
  const to = await register(book, aws, stack, release, facts.template)
  const from = before.standing.taskDefinition
  await move(book, aws, stack, { to, from, force: false })
  const service = await findService(aws, stack)
  const deployment = service && primaryOf(service)
  if (!deployment || deployment.id === primaryOf(before.service)?.id) return undefined
  const outcome = await book.read('Follow the deployment', (step) =>
    follow(aws, stack, deployment, step, { timeoutMinutes: 20 }),
  )
  const standing = { taskDefinition: to, image: release.image, commit: release.commit }
  if (outcome.ended !== 'successful') {
    const cause = describeFailure(book, outcome, undefined)
    throw await recover(book, aws, stack, {
      before,
      to: standing,
      deployment,
      outcome,
      cause,
      keep: false,
      timeout: 20,
    })
  }
  if (to !== from) await markVerified(book, aws, stack, standing, release)
  return deployment.id
}

/** What serves, for the processor that the template asks for. */
async function releaseFor(
  book: Book,
  aws: Aws,
  stack: Stack,
  running: string,
  template: string,
): Promise<Release> {
  const revision = await findRevision(aws, running)
  const marks = marksOf(revision?.tags ?? [])
  const image = revision?.taskDefinition.containerDefinitions?.[0]?.image ?? ''
  const release: Release = {
    image,
    digest: digestIn(image) ?? '',
    commit: marks.commit ?? '',
    tag: marks.tag ?? '',
    version: marks.version ?? '',
  }
  const wanted = await platformOf(aws, template)
  if (!wanted || wanted === (await platformOf(aws, running))) return release
  return { ...release, ...(await builtFor(book, aws, stack, wanted, release.commit)) }
}

/** The commit that serves, built for another processor. */
async function builtFor(book: Book, aws: Aws, stack: Stack, platform: Platform, commit: string) {
  const tree = taggedFor(await refuseOther(book, commit), platform)
  await buildImage(book, aws, stack, tree, platform)
  const pushed = await pushImage(book, aws, stack, tree, async () => (await repositoryUrl(aws, stack)) ?? '')
  return { ...pushed, tag: tree.tag }
}

/** An image for another processor is built from this tree: it has to be that of what serves. */
export async function refuseOther(book: Book, commit: string) {
  const tree = await book.read('Working tree', () => workingTree(book))
  if (tree.commit !== commit) {
    throw new Refused(
      `Build for another processor: ${commit.slice(0, 12)} serves, and this tree is at ${tree.commit.slice(0, 12)}`,
      { next: `git checkout ${commit.slice(0, 12)}   # or deploy this one first` },
    )
  }
  refuseDirty(book, tree, false)
  return tree
}

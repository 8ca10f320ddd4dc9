import type { Aws } from '../aws/clients'
import { addTag, digestOf, registryLogin } from '../aws/images'
import { findRevision } from '../aws/revisions'
import type { Stack } from '../aws/stack'
import { type Book, Failed, Refused, secret } from '../core'
import type { WorkingTree } from '../git/commit'
import { build, buildArgs, localName, type Platform, push } from '../images/docker'
import { assignedIn } from '../terraform/tfvars'

/** A tag must not lie about the commit: what is not committed is refused, or named in the tag. */
export function refuseDirty(book: Book, tree: WorkingTree, allowed: boolean): void {
  if (tree.dirty.length === 0) return
  const paths = tree.dirty.slice(0, 5).join(', ') + (tree.dirty.length > 5 ? ', ...' : '')
  if (!allowed) {
    throw new Refused(
      `Build ${tree.commit.slice(0, 12)}: the image's sources differ from the commit: ${paths}`,
      {
        next: 'git commit, or add --allow-dirty to build it as it is, tagged as dirty',
      },
    )
  }
  book.warn(`Not committed: ${paths}; the image is tagged ${tree.tag}`)
}

/** Builds once for a commit: an image that is in the registry under the commit's tag is that image. */
export async function buildImage(book: Book, aws: Aws, stack: Stack, tree: WorkingTree, platform: Platform) {
  const args = buildArgs(tree.tag, tree.commit, platform)
  await book.change({
    title: 'Build the image',
    effect: localName(tree.tag),
    equivalent: `docker ${args.join(' ')}`,
    undo: `docker rmi ${localName(tree.tag)}`,
    already: async () => {
      const digest = await digestOf(aws, stack, tree.tag)
      return digest ? { why: `the registry has ${tree.tag} as ${digest.slice(0, 19)}` } : false
    },
    run: (step) => build(book, step, args),
  })
}

/** Pushes the image under its commit's tag and returns its digest; the tag is never written twice. */
export async function pushImage(
  book: Book,
  aws: Aws,
  stack: Stack,
  tree: WorkingTree,
  repository: (say: (text: string) => void) => Promise<string>,
): Promise<{ image: string; digest: string }> {
  const digest = await book.change({
    title: 'Push the image',
    effect: `${stack.repository}:${tree.tag}`,
    equivalent: [
      `aws ecr get-login-password --region ${book.region} | docker login --username AWS --password-stdin <repository>`,
      `docker tag ${localName(tree.tag)} <repository>:${tree.tag}`,
      `docker push <repository>:${tree.tag}`,
    ],
    undo: `aws ecr batch-delete-image --repository-name ${stack.repository} --image-ids imageTag=${tree.tag} --region ${book.region}`,
    already: async () => {
      const value = await digestOf(aws, stack, tree.tag)
      return value ? { why: value.slice(0, 19), value } : false
    },
    run: async (step) => {
      const target = await repository((text) => step.waiting(text))
      const { username, password } = await registryLogin(aws)
      await push(book, step, { repository: target, tag: tree.tag, username, password: secret(password) })
      const pushed = await digestOf(aws, stack, tree.tag)
      if (!pushed) throw new Failed(`Push ${tree.tag}: the registry does not have it after the push`)
      return pushed
    },
  })
  if (!digest) return { image: `${stack.repository}@<digest of ${tree.tag}>`, digest: '' }
  return { image: `${await repository(() => {})}@${digest}`, digest }
}

/** The tag that Terraform's own task definition names; it is there so that the template could start as well. */
export async function tagInitial(aws: Aws, stack: Stack, digest: string): Promise<void> {
  const tag = `${stack.environment}-initial`
  if (!(await digestOf(aws, stack, tag))) await addTag(aws, stack, digest, tag)
}

/** The processor that a revision's tasks run on; of a family, its newest revision's. */
export async function platformOf(aws: Aws, revision: string): Promise<Platform | undefined> {
  const found = await findRevision(aws, revision)
  const architecture = found?.taskDefinition.runtimePlatform?.cpuArchitecture
  return architecture && platforms[architecture]
}

/** The processor the tasks are to run on, by the environment's values: Terraform may not have applied them yet. */
export function platformWanted(values: string, env: Record<string, string | undefined>): Platform {
  const said = assignedIn(values, 'cpu_architecture') ?? env.TF_VAR_cpu_architecture
  return platforms[said ?? 'X86_64'] ?? 'linux/amd64'
}

const platforms: Readonly<Record<string, Platform>> = { ARM64: 'linux/arm64', X86_64: 'linux/amd64' }

/** The same commit for another processor is another image, and a tag is never written twice. */
export const taggedFor = (tree: WorkingTree, platform: Platform): WorkingTree =>
  platform === 'linux/arm64' ? { ...tree, tag: `${tree.tag}-arm64` } : tree

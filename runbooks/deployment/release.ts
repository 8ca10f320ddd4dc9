import type { Deployment } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { findRevision, newestRevisions, registerRevision } from '../aws/revisions'
import { findService, primaryOf, startDeployment, withBreaker } from '../aws/service'
import type { Stack } from '../aws/stack'
import { type Book, Failed } from '../core'
import { revisionFrom, sameRevision } from './revision'

/** What is being released: one image of one commit, on Terraform's newest task definition. */
export type Release = { image: string; digest: string; commit: string; tag: string; version: string }

/** Registers the revision that runs the release, or finds the one that an earlier run of the same command made. */
export async function register(
  book: Book,
  aws: Aws,
  stack: Stack,
  release: Release,
  template: string | undefined,
): Promise<string> {
  const arn = await book.change({
    title: 'Register the revision',
    effect: `${stack.family} with ${release.image}`,
    equivalent: [
      `aws ecs describe-task-definition --task-definition ${template ? nameOf(template) : stack.family} --query taskDefinition > revision.json   # set the image in it`,
      'aws ecs register-task-definition --cli-input-json file://revision.json',
    ],
    undo: 'none needed: a revision that nothing runs does nothing',
    already: async () => {
      const input = await inputFor(aws, template, release)
      for (const known of await newestRevisions(aws, stack, 5)) {
        const revision = await findRevision(aws, known)
        if (revision && sameRevision(revision.taskDefinition, input))
          return { why: nameOf(known), value: known }
      }
      return false
    },
    run: async () => registerRevision(aws, await inputFor(aws, template, release)),
  })
  return arn ?? `${stack.family}:<new>`
}

async function inputFor(aws: Aws, template: string | undefined, release: Release) {
  const found = template ? await findRevision(aws, template) : undefined
  if (!found)
    throw new Failed(`Register a revision: Terraform's task definition ${template ?? ''} does not exist`)
  return revisionFrom(found.taskDefinition, release)
}

/** Moves the service with one UpdateService, unless it is there or on its way: then that is the one to follow. */
export async function move(
  book: Book,
  aws: Aws,
  stack: Stack,
  options: { to: string; from: string | undefined; force: boolean; keep?: boolean },
): Promise<Deployment | undefined> {
  const { to, from, force, keep = false } = options
  const command = (revision: string, rollback: boolean) =>
    `${moveCommand(book, stack, revision)}${keep ? breakerFlag(rollback) : ''}`
  return book.change({
    title: 'Update the service',
    effect: `${stack.service} moves to ${nameOf(to)}${keep ? ', and is not taken back by ECS' : ''}`,
    equivalent: command(to, false),
    undo: from ? command(from, true) : undefined,
    already: async () => {
      const service = await findService(aws, stack)
      const primary = service && primaryOf(service)
      if (!primary || force || primary.taskDefinition !== to || primary.rolloutState === 'FAILED')
        return false
      const how = primary.rolloutState === 'COMPLETED' ? 'is running' : 'is being rolled out'
      return { why: `${nameOf(to)} ${how}`, value: primary }
    },
    run: async () => {
      const service = keep ? await findService(aws, stack) : undefined
      return startDeployment(aws, stack, to, service && withBreaker(service, false))
    },
  })
}

export const moveCommand = (book: Book, stack: Stack, revision: string) =>
  `aws ecs update-service --cluster ${stack.cluster} --service ${stack.service} --task-definition ${nameOf(revision)} --force-new-deployment --region ${book.region}`

/** Terraform sets it back with the next deploy; whoever goes back by hand does so himself. */
export const breakerFlag = (rollback: boolean) =>
  ` --deployment-configuration 'minimumHealthyPercent=100,maximumPercent=200,deploymentCircuitBreaker={enable=true,rollback=${rollback}}'`

export const nameOf = (arn: string) => arn.split('/').at(-1) ?? arn

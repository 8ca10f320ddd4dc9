import { setTimeout as pause } from 'node:timers/promises'
import type { Deployment, Service, TaskDefinition } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { listMoves, type Move, underWay } from '../aws/deployments'
import { digestOf, listDigests } from '../aws/images'
import { findRevision, marksOf, newestRevisions } from '../aws/revisions'
import { findService, primaryOf } from '../aws/service'
import { container, type Stack } from '../aws/stack'
import { type Book, Failed } from '../core'
import { digestIn, imageIn } from '../deployment/revision'
import { lastMigration, migrationsFolder } from '../deployment/schema'
import { root } from '../paths'
import { environmentNames, unknownName } from '../terraform/names'
import { readRollback } from './marks'
import type { Past } from './past'

/** How many revisions are looked at, those that were deployed last first. */
const reach = 50

/** The service and everything it could go back to, as it was at one moment. */
export interface Scene {
  service: Service
  primary: Deployment
  moves: Move[]
  /** The deployment under way, if there is one. */
  running: Move | undefined
  /** What serves; while a deployment runs, what the service returns to when that is stopped. */
  current: string | undefined
  pasts: Past[]
  definitions: Map<string, TaskDefinition>
}

export async function look(book: Book, aws: Aws, stack: Stack): Promise<Scene> {
  const service = await findService(aws, stack)
  const primary = service && primaryOf(service)
  if (!service || !primary?.taskDefinition) {
    const { words, meant } = unknownName(stack.environment, environmentNames()) ?? {}
    if (words && meant)
      throw new Failed(`Look at ${stack.service}: ${words}`, {
        next: `bun runbooks/rollback.ts --list --environment ${meant}`,
      })
    throw new Failed(`Look at ${stack.service}: there is no such service in ${book.region}`, {
      next: `bun runbooks/deploy.ts --environment ${stack.environment}`,
    })
  }
  const [moves, registered, digests] = await Promise.all([
    movesSince(aws, stack, primary, book.signal),
    newestRevisions(aws, stack, reach),
    listDigests(aws, stack),
  ])
  const running = moves.find(underWay)
  const completed =
    moves.find(({ status }) => status === 'SUCCESSFUL')?.revision ??
    service.deployments?.find(({ rolloutState }) => rolloutState === 'COMPLETED')?.taskDefinition
  const current = running ? completed : primary.taskDefinition
  const deployed = moves.flatMap(({ revision }) => revision ?? [])
  const wanted = [primary.taskDefinition, current ?? [], deployed.slice(0, reach), registered].flat()
  const scene: Scene = { service, primary, moves, running, current, pasts: [], definitions: new Map() }
  const arns = [...new Set(wanted)]
  for (let at = 0; at < arns.length; at += 10) {
    await Promise.all(arns.slice(at, at + 10).map((arn) => add(book, aws, stack, scene, arn, digests)))
  }
  return scene
}

/** What was seen before the lock was held may be over: it is looked at anew where the service was touched. */
export async function lookAgain(book: Book, aws: Aws, stack: Stack, before: Scene): Promise<Scene> {
  const service = await findService(aws, stack)
  const primary = service && primaryOf(service)
  const same =
    primary?.id === before.primary.id &&
    primary?.rolloutState === before.primary.rolloutState &&
    service?.desiredCount === before.service.desiredCount
  return same ? before : look(book, aws, stack)
}

/** The history may lag behind the service by seconds: it is waited for until it knows what is under way. */
async function movesSince(aws: Aws, stack: Stack, primary: Deployment, signal: AbortSignal): Promise<Move[]> {
  for (let tries = 0; ; tries++) {
    const moves = await listMoves(aws, stack, container)
    const known = primary.rolloutState !== 'IN_PROGRESS' || moves.some(underWay)
    if (known || tries === 8) return moves
    await pause(1_000, undefined, { signal })
    const now = await findService(aws, stack)
    if (now && primaryOf(now)?.rolloutState !== 'IN_PROGRESS') return listMoves(aws, stack, container)
  }
}

/** The same with one more revision, which the history does not name. */
export async function lookAlsoAt(
  book: Book,
  aws: Aws,
  stack: Stack,
  scene: Scene,
  name: string,
): Promise<Past | undefined> {
  const known = scene.pasts.find(({ arn }) => arn.endsWith(`/${name}`))
  return known ?? add(book, aws, stack, scene, name, await listDigests(aws, stack))
}

async function add(
  book: Book,
  aws: Aws,
  stack: Stack,
  scene: Scene,
  name: string,
  digests: Set<string> | undefined,
) {
  const found = await findRevision(aws, name)
  if (!found?.taskDefinition.taskDefinitionArn) return undefined
  const { taskDefinition, tags } = found
  const arn = taskDefinition.taskDefinitionArn!
  const marks = marksOf(tags)
  const image = imageIn(taskDefinition) ?? ''
  const digest =
    digestIn(image) ??
    scene.moves.find((move) => move.revision === arn && move.digest)?.digest ??
    (await taggedDigest(aws, stack, image))
  const past: Past = {
    arn,
    active: taskDefinition.status === 'ACTIVE',
    image,
    digest,
    imageThere: isThere(image, stack, digest, digests),
    commit: marks.commit,
    verified: date(marks.verified),
    left: date(marks.left),
    rollback: readRollback(marks.rollback),
    migrations: marks.migrations ?? (marks.commit && (await migrationsAt(book, marks.commit))),
    migrated: marks.migrated?.startsWith('done') ? 'done' : marks.migrated ? 'begun' : undefined,
    migratedAt: date(marks.migrated?.split(' ')[1]),
  }
  scene.pasts.push(past)
  scene.definitions.set(arn, taskDefinition)
  return past
}

/** Another registry than the environment's is not asked. */
function isThere(image: string, stack: Stack, digest: string | undefined, digests: Set<string> | undefined) {
  if (!new RegExp(`/${stack.repository}[:@]`).test(image)) return undefined
  return digests !== undefined && digest !== undefined && digests.has(digest)
}

async function taggedDigest(aws: Aws, stack: Stack, image: string): Promise<string | undefined> {
  const tag = image.match(new RegExp(`/${stack.repository}:([\\w.-]+)$`))?.[1]
  return tag && digestOf(aws, stack, tag)
}

/** The last migration of a commit, where this clone has it. */
async function migrationsAt(book: Book, commit: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{7,40}$/.test(commit)) return undefined
  const args = ['-C', root, 'ls-tree', '--name-only', commit, '--', `${migrationsFolder}/`]
  const { stdout, exitCode } = await book.command('git', args, { allow: [0, 128, 129] }).catch(() => nothing)
  return exitCode === 0 ? lastMigration(stdout.split('\n')) : undefined
}

const nothing = { exitCode: 1, stdout: '' }

function date(text: string | undefined): Date | undefined {
  const at = text ? new Date(text) : undefined
  return at && !Number.isNaN(at.getTime()) ? at : undefined
}

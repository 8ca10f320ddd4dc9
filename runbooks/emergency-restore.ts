import { awsOf } from './aws/clients'
import { type Book, Refused, runbook } from './core'
import { describe, forget, restoreScaling, resumeLine, setCount } from './emergency/act'
import { findFront } from './emergency/balancer'
import { startDatabase } from './emergency/database'
import { look, type Scene } from './emergency/look'
import { isSuspended, type Standing, sameFlags, tagKeys } from './emergency/memory'
import { type Place, placeOf, placeOptions } from './emergency/place'
import { startModel } from './emergency/start-model'
import { takeMaintenanceDown } from './emergency/take-down'
import { untilAnswers, untilServing } from './emergency/wait'
import { verify } from './verify'

export const emergencyRestore = runbook({
  name: 'emergency-restore',
  summary: 'Bring back exactly what an emergency shutdown stopped, and verify it',
  guide: ['10.3'],
  description:
    'Reads what was from the tags that the shutdown left on the service: count, revision, bounds and flags of autoscaling, database, maintenance page, model.',
  options: {
    ...placeOptions,
    'desired-count': {
      type: 'integer',
      value: 'N',
      min: 1,
      max: 1000,
      help: 'How many tasks, where nothing is remembered or it is to be another number',
    },
    timeout: {
      type: 'integer',
      value: 'MINUTES',
      default: 15,
      min: 1,
      max: 120,
      help: 'How long tasks and database may take to come up',
    },
  },
  examples: [
    'bun runbooks/emergency-restore.ts',
    'bun runbooks/emergency-restore.ts --cluster CLUSTER --service SERVICE --desired-count 2',
  ],
  changes: 'environment',
  lock: 'none',

  async run(book, options) {
    const aws = awsOf(book)
    const place = placeOf(book, options)
    const timeoutMs = options.timeout * 60_000

    const scene = await book.read('What is remembered', async (step) => {
      const found = await look(aws, place)
      step.line(`now: ${describe(found.standing)}`)
      if (found.memory)
        step.line(`before ${found.memory.at}, by ${found.memory.by}: ${describe(found.memory)}`)
      return found
    })
    const { service, standing, tags } = scene
    const front = await book.read('The load balancer', () => findFront(aws, service))
    const wanted = wantedOf(book, place, scene, options.desiredCount)
    const since = new Date()

    const database = tags.get(tagKeys.database)
    if (database) await book.change(startDatabase(aws, place, database, timeoutMs))
    if (wanted) {
      // The count before the flags: at 0, registering anything would lift it to the minimum.
      await book.change(
        setCount(aws, place, wanted, { desired: standing.desired, revision: nameOf(service.taskDefinition) }),
      )
      const { scaling } = wanted
      if (scaling) await book.change(restoreScaling(aws, place, scaling, same(standing, scaling)))
      else if (standing.scaling && isSuspended(standing.scaling.suspended)) {
        book.warn(
          `Autoscaling is suspended, and nothing says how it was; it stays so. To resume it: ${resumeLine(place)}`,
        )
      }
      if (!book.dryRun) {
        await book.read('Wait for healthy targets', (step) =>
          untilServing(aws, place, { wanted: wanted.count, front, since }, step, timeoutMs),
        )
      }
    }
    if (front) await takeMaintenanceDown(book, aws, place, { front, tags })
    await startModel(book, aws, place, { how: tags.get(tagKeys.model), front, timeoutMs })
    const keys = Object.values(tagKeys).filter((key) => tags.has(key))
    await book.change(forget(aws, place, service.serviceArn!, keys))

    if (book.dryRun) return { before: standing, after: standing }
    const data = { before: standing, after: (await look(aws, place)).standing }
    if (front) await book.read('The address answers', (step) => untilAnswers(front.door, 200, step))
    if (place.byHand) return data
    const verified = await book.call(verify)
    if (verified.error) throw verified.error
    return { ...data, checks: (verified.data as { checks?: unknown } | undefined)?.checks }
  },
})

/** What is to be brought back; nothing where the service is up and nothing is remembered. */
function wantedOf(book: Book, place: Place, scene: Scene, given: number | undefined) {
  const { memory, standing, tags } = scene
  const count = given ?? (memory?.desired || undefined)
  if (count !== undefined) return wish(place, scene, count)
  if (standing.desired > 0) {
    if (!tags.has(tagKeys.model)) {
      book.note(
        `Nothing is remembered, and ${standing.desired} task(s) are wanted already: nothing to bring back`,
      )
    }
    return undefined
  }
  const why = memory ? 'what is remembered is 0 tasks' : 'nothing is remembered on the service'
  throw new Refused(`Restore ${place.stack.service}: ${why}; say how many tasks it is to have`, {
    next: `${place.restore} --desired-count 2`,
  })
}

function wish(place: Place, { memory, service }: Scene, count: number) {
  const now = nameOf(service.taskDefinition)
  const revision = memory?.taskDefinition ?? now
  return {
    title: 'Bring the tasks back',
    effect: `${count} task(s) of ${revision}`,
    undo: place.shutdown,
    count,
    ...(revision !== now && { revision }),
    ...(memory?.scaling && { scaling: memory.scaling }),
  }
}

const nameOf = (arn = '') => arn.split('/').at(-1) ?? arn

function same({ scaling }: Standing, wanted: NonNullable<Standing['scaling']>): boolean {
  if (!scaling) return false
  return (
    scaling.min === wanted.min && scaling.max === wanted.max && sameFlags(scaling.suspended, wanted.suspended)
  )
}

if (import.meta.main) await emergencyRestore.main()

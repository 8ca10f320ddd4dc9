import { awsOf } from './aws/clients'
import { Failed, localUser, runbook, Usage } from './core'
import { describe, remember, setCount, suspendScaling } from './emergency/act'
import { attempts } from './emergency/attempts'
import { look } from './emergency/look'
import { type Memory, type Standing, stillHolds } from './emergency/memory'
import { placeOf, placeOptions } from './emergency/place'

/** What could be left out of the first second is loaded after it. */
const later = () => import('./emergency/afterwards')
const model = () => import('./emergency/stop-model')

export const emergencyShutdown = runbook({
  name: 'emergency-shutdown',
  summary: 'Stop the chatbot now: autoscaling suspended, then no task; restore brings back exactly what was',
  guide: ['10.3'],
  description:
    'Needs nothing but ECS and Application Auto Scaling: no Terraform, no Docker, no state bucket, no lock. What was is kept in tags of the service, where every machine can read it.',
  options: {
    ...placeOptions,
    maintenance: {
      type: 'boolean',
      help: 'Also put a page for people on the load balancer: 503 with Retry-After',
    },
    'model-only': {
      type: 'boolean',
      help: 'Only stop spending on the model: the chatbot stays up and answers from the policy documents',
    },
    'data-stores': { type: 'boolean', help: 'Also stop the database; AWS starts it again after 7 days' },
    timeout: {
      type: 'integer',
      value: 'MINUTES',
      default: 10,
      min: 1,
      max: 60,
      help: 'How long to follow the tasks to their end',
    },
  },
  examples: [
    'bun runbooks/emergency-shutdown.ts --dry-run',
    'bun runbooks/emergency-shutdown.ts --environment production --maintenance --yes',
    'bun runbooks/emergency-shutdown.ts --cluster CLUSTER --service SERVICE --yes',
    'bun runbooks/emergency-shutdown.ts --model-only --yes',
  ],
  changes: 'environment',
  lock: 'none',

  async run(book, options): Promise<{ before: Standing; after: Standing }> {
    if (options.modelOnly && (options.maintenance || options.dataStores)) {
      throw new Usage('--model-only leaves the chatbot up: --maintenance and --data-stores do not go with it')
    }
    const aws = awsOf(book)
    const place = placeOf(book, options)
    const { stack } = place

    const seen = await book.read('What runs now', async (step) => {
      const found = await look(aws, place)
      step.line(`${stack.service}: ${describe(found.standing)}`)
      return found
    })
    if (options.modelOnly) return (await model()).stopModel(book, aws, place, seen)

    await book.confirm({
      effect: `${stack.service} in ${stack.cluster} stops: ${seen.service.runningCount ?? 0} task(s) end, and every request gets a 503`,
      why: 'emergency',
    })

    // Whoever was asked may have taken a while to answer.
    const scene = book.yes || book.dryRun ? seen : await look(aws, place)
    const { service, standing } = scene
    // Memory, flags, count: killed between any two of them, the same command again converges, and nothing is forgotten.
    const { attempt, troubles, commands } = attempts(book)
    const kept = scene.memory && stillHolds(scene.memory, standing) ? scene.memory : undefined
    if (kept) book.note(`Remembered since ${kept.at} by ${kept.by}: ${describe(kept)}`)
    else await attempt(remember(aws, place, service.serviceArn!, memoryOf(standing)))
    if (scene.scalingUnknown) book.warn(`Autoscaling could not be looked at: ${scene.scalingUnknown.message}`)
    await attempt(suspendScaling(aws, place, standing, scene.scalingUnknown !== undefined))
    const zero = {
      title: 'Stop all tasks',
      effect: `${stack.service} goes from ${standing.desired} task(s) to 0`,
      undo: place.restore,
      count: 0,
    }
    await book.change(setCount(aws, place, zero, standing))

    const after = await (await later()).afterShutdown(book, aws, place, scene, {
      maintenance: options.maintenance,
      dataStores: options.dataStores,
      timeoutMs: options.timeout * 60_000,
      attempt,
      zeroAgain: (desired) => book.change(setCount(aws, place, zero, { desired })),
    })
    const data = { before: standing, after, remembered: kept ?? standing }
    if (troubles.length > 0) {
      throw new Failed(`The service is stopped, but not all is done. ${troubles.join('; ')}`, {
        data,
        next: commands[0],
      })
    }
    if (!book.dryRun) book.note(`Bring back exactly what was: ${place.restore}`)
    return data
  },
})

function memoryOf(standing: Standing): Memory {
  return {
    ...standing,
    at: `${new Date().toISOString().slice(0, 19)}Z`,
    by: localUser(),
  }
}

if (import.meta.main) await emergencyShutdown.main()

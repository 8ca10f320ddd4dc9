import type { Aws } from '../aws/clients'
import { type Book, Failed, Interrupted, Refused } from '../core'
import { tag } from './act'
import { findFront } from './balancer'
import type { Scene } from './look'
import { type Standing, tagKeys } from './memory'
import { findSwitch, modelIs, switchModel } from './model'
import type { Place } from './place'
import { type Bare, bareRevision, runBare } from './without-model'

/** Ends what the model costs, and leaves the chatbot up: by the server's own switch, else by a revision without the key. */
export async function stopModel(
  book: Book,
  aws: Aws,
  place: Place,
  scene: Scene,
): Promise<{ before: Standing; after: Standing; model: 'off' }> {
  const { service, standing, tags } = scene
  const data = { before: standing, after: standing, model: 'off' as const }
  const replicas = Math.max(service.runningCount ?? 0, 1)
  if (!service.runningCount) {
    throw new Failed(`Switch the model off: no task of ${place.stack.service} runs, so none asks it`, {
      data,
    })
  }
  await book.confirm({
    effect: `${place.stack.service} answers from the policy documents alone, until emergency-restore`,
    why: 'emergency',
  })
  const front = await findFront(aws, service)
  const at = await findSwitch(aws, front, service.taskDefinition!)
  const isOff = at && (await modelIs(at.door, replicas, book.signal)) === 'off'
  if (isOff || tags.has(tagKeys.model))
    book.note('The model is, or was to be, off already: what is remembered stays')
  const remember = (how: string) =>
    book.change(
      tag(aws, place, service.serviceArn!, {
        title: 'Remember that the model was on',
        effect: `on the service's tag ${tagKeys.model}`,
        tags: { [tagKeys.model]: how },
      }),
    )
  if (isOff) return data

  if (at) {
    try {
      if (!tags.has(tagKeys.model)) await remember('switch')
      await book.change(switchModel(aws, place, at, { on: false, replicas }))
      book.note(`Bring the model back: ${place.restore}`)
      return data
    } catch (error) {
      if (error instanceof Interrupted || error instanceof Refused) throw error
      book.warn(`The server's own switch did not do it: ${(error as Error).message}`)
    }
  }
  const bare: Bare = await book.read('A revision without the model', () =>
    bareRevision(aws, service.taskDefinition!),
  )
  if (!tags.get(tagKeys.model)?.startsWith('revision=')) await remember(`revision=${standing.taskDefinition}`)
  await runBare(book, aws, place, { bare, front, wanted: standing.desired })
  book.note(`Bring the model back: ${place.restore}`)
  return data
}

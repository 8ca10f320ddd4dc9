import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { findRevision, registerRevision } from '../aws/revisions'
import { container } from '../aws/stack'
import { type Book, Failed } from '../core'
import { registrable } from '../deployment/revision'
import type { Front } from './balancer'
import type { Place } from './place'
import { untilServing } from './wait'

/** The variable without which the server asks no model. */
const key = 'OPENAI_API_KEY'

export interface Bare {
  from: string
  input: RegisterTaskDefinitionCommandInput
}

/** What the service runs, without the key to the model: no replica, old, new or restarted, can buy a token. */
export async function bareRevision(aws: Aws, running: string): Promise<Bare> {
  const found = await findRevision(aws, running)
  if (!found) throw new Failed(`Take the model away: ${running} cannot be read`)
  const input = registrable(found.taskDefinition)
  const containers = input.containerDefinitions ?? []
  const without = <T extends { name?: string | undefined }>(list: T[] | undefined) =>
    list?.filter(({ name }) => name !== key)
  return {
    from: running.split('/').at(-1)!,
    input: {
      ...input,
      containerDefinitions: containers.map((one) =>
        one.name === container || containers.length === 1
          ? { ...one, environment: without(one.environment), secrets: without(one.secrets) }
          : one,
      ),
      tags: [
        ...found.tags.filter((it) => it.key !== 'tria:verified'),
        { key: tagOfBare, value: running.split('/').at(-1)! },
      ],
    },
  }
}

/** Marks a revision as one that no rollback may take for a release. */
const tagOfBare = 'tria:without-model'

export async function runBare(
  book: Book,
  aws: Aws,
  place: Place,
  { bare, front, wanted }: { bare: Bare; front: Front | undefined; wanted: number },
): Promise<void> {
  const { cluster, service } = place.stack
  const revision = await book.change({
    title: 'Register a revision without the model',
    effect: `${bare.from} without ${key}`,
    equivalent: [
      `aws ecs describe-task-definition --task-definition ${bare.from} --query taskDefinition ${place.tail} > revision.json   # take ${key} out of it`,
      `aws ecs register-task-definition --cli-input-json file://revision.json ${place.tail}`,
    ],
    undo: 'none needed: a revision that nothing runs does nothing',
    run: () => registerRevision(aws, bare.input),
  })
  const name = revision?.split('/').at(-1) ?? 'REVISION'
  const since = new Date()
  await book.change({
    title: 'Run it',
    effect: `${service} moves to it, task by task; until then the old tasks go on asking the model`,
    equivalent: `aws ecs update-service --cluster ${cluster} --service ${service} --task-definition ${name} ${place.tail}`,
    undo: place.restore,
    async run(step) {
      const ecs = await aws.ecs()
      await ecs.updateService({ cluster, service, taskDefinition: revision! })
      await untilServing(aws, place, { wanted, front, since }, step, 15 * 60_000)
    },
  })
}

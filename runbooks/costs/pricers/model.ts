import { notKnown, type Pricer } from '../charge.ts'
import { environmentOf } from '../settings.ts'
import { text, unknown } from '../values.ts'

/**
 * What a task asks its model, by the model it is told of. It is no bill of AWS's, and often the greater one. The tokens
 * are the environment's: of several task definitions that tell of a model, the first counts.
 */
export const modelTokens: Pricer = (resource, world) => {
  if (text(resource, 'container_definitions') === unknown) {
    return [notKnown('tokens of a model', 'container_definitions')]
  }
  const tellers = world
    .ofType('aws_ecs_task_definition')
    .filter(({ values }) => environmentOf(values.container_definitions).OPENAI_MODEL)
  if (tellers[0] !== resource) return []
  const { OPENAI_MODEL: model = '', OPENAI_BASE_URL: elsewhere } = environmentOf(
    resource.values.container_definitions,
  )
  if (elsewhere)
    return [{ component: 'tokens', because: `what ${model} costs at ${elsewhere} is not known here` }]
  return [
    {
      group: 'Model',
      component: `${model} input`,
      quantity: world.usage.inputTokens,
      price: `model.${model}.input`,
      use: 'inputTokens',
    },
    {
      group: 'Model',
      component: `${model} output`,
      quantity: world.usage.outputTokens,
      price: `model.${model}.output`,
      use: 'outputTokens',
    },
  ]
}

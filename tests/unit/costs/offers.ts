import { recommend } from '../../../runbooks/costs/recommend/index.ts'
import type { Use } from '../../../runbooks/costs/recommend/use.ts'
import type { Situation } from '../../../runbooks/costs/situation.ts'
import { quiet } from './world.ts'

export const offers = (situation: Situation, use: Use | undefined = quiet, production = false) =>
  recommend(situation, { ...(use && { use }), production })
export const offered = (situation: Situation, use?: Use, production?: boolean) =>
  Object.fromEntries(offers(situation, use, production).recommendations.map(({ id, change }) => [id, change]))
export const refusal = (situation: Situation, id: string, use?: Use, production?: boolean) =>
  offers(situation, use, production).refused.find((each) => each.id === id)?.refused

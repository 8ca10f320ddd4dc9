import { type Finding, type Look, type Rule, round } from './rule.ts'
import { seenEnough } from './use.ts'

/** The next cheaper model of the same maker that this server speaks with; OpenAI shut gpt-4.1-nano down in October 2026. */
const smaller: Readonly<Record<string, string>> = {
  'gpt-4o': 'gpt-4o-mini',
  'gpt-4.1': 'gpt-4.1-mini',
  'gpt-4.1-mini': 'gpt-4o-mini',
}
const cheapest = 'gpt-4o-mini'

/** Two weeks, in seconds: what the documents say does change, and the cache's keys change with it. */
const longest = 14 * 86_400

/** What an answer costs at the model's: the server's own metrics say. */
export const model: Rule = (look) => [...choice(look), ...timeToLive(look)]

function choice({ settings, use }: Look): Finding[] {
  const now = settings.told.OPENAI_MODEL
  const less = now && smaller[now]
  if (!now || settings.told.OPENAI_BASE_URL) return []
  const measured = seenEnough(use) && use.server && use.server.misses > 0 && use.server.inputTokens > 0
  if (!less) return measured && now === cheapest ? [cost(now, use.server!)] : []
  const id = { id: 'model', title: `${less} in place of ${now}` }
  if (!measured) {
    return [{ ...id, refused: 'the server has not told a day of answers by the model yet' }]
  }
  if (settings.told.OPENAI_FALLBACK_MODEL === less) {
    return [
      {
        ...id,
        refused: `${less} is what answers when ${now} fails: name another openai_fallback_model first`,
      },
    ]
  }
  return [
    {
      ...id,
      change: { openai_model: less },
      evidence: [perAnswer(now, use.server!)],
      risk: 'medium',
      because: `a smaller model answers less well: bun run eval holds its answers against the documents`,
      availability: 'As before: new tasks take over from the old ones',
    },
  ]
}

const cost = (now: string, server: Answered): Finding => ({
  id: 'model-cost',
  title: 'What an answer by the model costs',
  advice: `${now} is the cheapest model whose price is known here; what is left to save is in the cache of answers`,
  evidence: [perAnswer(now, server)],
})

type Answered = NonNullable<NonNullable<Look['use']>['server']>

const perAnswer = (now: string, { dollars, misses, hits }: Answered) =>
  `an answer by ${now} costs ${cents(dollars / misses)}, over ${misses} of them; ${hits} more came from the cache`

/** How much an answer is asked again after its time in the cache is not known; half of what ended is taken. */
const askedAgain = 0.5

function timeToLive({ settings, use }: Look): Finding[] {
  if (!seenEnough(use) || !use.server || !use.cache || use.server.misses === 0) return []
  const now = Number(settings.told.CACHE_TTL_SECONDS ?? 86_400)
  if (now >= longest || use.cache.expired === 0) return []
  const ended = Math.min(1, use.cache.expired / use.server.misses)
  const saved = ended * askedAgain
  const rate = (100 * use.server.hits) / (use.server.hits + use.server.misses)
  return [
    {
      id: 'cache-ttl',
      title: 'Answers kept for two weeks',
      change: { answer_cache_seconds: longest },
      uses: (usage) => ({
        ...usage,
        inputTokens: usage.inputTokens * (1 - saved),
        outputTokens: usage.outputTokens * (1 - saved),
      }),
      evidence: [
        `${round(rate)} % of answers come from the cache; ${use.cache.expired} ended by their time of ${round(now / 3600)} hours, and half of these are taken to be asked again`,
      ],
      risk: 'low',
      because: 'a new document, prompt or model makes new keys, so that no old answer is given for it',
      availability: 'As before',
    },
  ]
}

const cents = (dollars: number) => `$${dollars.toFixed(5)}`

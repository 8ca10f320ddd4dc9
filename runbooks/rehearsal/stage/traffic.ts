import type { Door } from '../../aws/door'

/** What a constant load got for answers. */
export interface Answers {
  requests: number
  /** Each failed one in a few words. */
  failed: string[]
  /** How often which version of the server answered. */
  versions: Record<string, number>
}

export interface Traffic {
  stop(): Promise<Answers>
}

const between = 50
const patience = 15_000

/** A constant load through the load balancer: health, and every fourth time the question of the guide; 20 a second. */
export function load(door: Door): Traffic {
  const answers: Answers = { requests: 0, failed: [], versions: {} }
  let stopped = false
  const under = new Set<Promise<void>>()

  async function once(number: number): Promise<void> {
    answers.requests++
    const chat = number % 4 === 0
    try {
      const response = await door.fetch(chat ? '/api/chatbot' : '/health', {
        ...(chat && {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ message: 'What is your refund policy?', session_id: `load-${number}` }),
        }),
        signal: AbortSignal.timeout(patience),
      })
      const text = await response.text()
      // The load comes from one address, which the server may hold to its limit: that is an answer too.
      if (response.status !== 200 && response.status !== 429)
        answers.failed.push(`${response.status} ${text.slice(0, 200)}`)
      const version = chat ? undefined : text.match(/"version":"([^"]+)"/)?.[1]
      if (version) answers.versions[version] = (answers.versions[version] ?? 0) + 1
    } catch (error) {
      answers.failed.push(`${(error as Error).name}: ${(error as Error).message}`)
    }
  }

  const running = (async () => {
    for (let number = 0; !stopped && number < 100_000; number++) {
      const one = once(number)
      under.add(one)
      void one.then(() => under.delete(one))
      await Bun.sleep(between)
    }
  })()

  return {
    async stop() {
      stopped = true
      await running
      await Promise.all(under)
      return answers
    },
  }
}

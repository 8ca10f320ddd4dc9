/** A constant load through the load balancer: health, and the question of the guide, 20 requests a second. */
export function load(address: string) {
  const failed: string[] = []
  let requests = 0
  let stopped = false
  const under = new Set<Promise<void>>()

  async function once(number: number): Promise<void> {
    requests++
    const chat = number % 4 === 0
    try {
      const response = await fetch(address + (chat ? '/api/chatbot' : '/health'), {
        ...(chat && {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ message: 'What is your refund policy?', session_id: `load-${number}` }),
        }),
        signal: AbortSignal.timeout(15_000),
      })
      const text = await response.text()
      // The load comes from one address, which the server may hold to its limit: that is an answer too.
      if (response.status !== 200 && response.status !== 429)
        failed.push(`${response.status} ${text.slice(0, 200)}`)
    } catch (error) {
      failed.push(`${(error as Error).name}: ${(error as Error).message}`)
    }
  }

  const running = (async () => {
    for (let number = 0; !stopped && number < 20_000; number++) {
      const one = once(number)
      under.add(one)
      void one.then(() => under.delete(one))
      await Bun.sleep(50)
    }
  })()

  return {
    async stop(): Promise<{ requests: number; failed: string[] }> {
      stopped = true
      await running
      await Promise.all(under)
      return { requests, failed }
    },
  }
}

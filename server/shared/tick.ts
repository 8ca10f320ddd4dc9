/**
 * Gathers what many requests ask for in one turn of the event loop and asks for it together: under load a round trip
 * to Redis is shared by all of them, and a lone request does not wait.
 */
export function inOneTick<Item, Result>(
  askAll: (items: Item[]) => Promise<Result[]>,
  soon: (ask: () => void) => unknown = setImmediate,
): (item: Item) => Promise<Result> {
  let waiting: { item: Item; resolve: (result: Result) => void; reject: (cause: unknown) => void }[] = []

  async function ask(): Promise<void> {
    const batch = waiting
    waiting = []
    try {
      const results = await askAll(batch.map(({ item }) => item))
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (waiting.length === 1) soon(ask)
    })
}

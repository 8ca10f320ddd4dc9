interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (cause: unknown) => void
}

/**
 * Gathers what many requests ask for in one turn of the event loop and asks for it together: under load a round trip
 * to Redis is shared by all of them, and a lone request does not wait. An item with a patience in milliseconds goes with
 * the next that has none, or when its patience is over.
 */
export function inOneTick<Item, Result>(
  askAll: (items: Item[]) => Promise<Result[]>,
  patience: (item: Item) => number = () => 0,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let soon = false
  let later: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    soon = false
    clearTimeout(later)
    later = undefined
    const batch = waiting
    waiting = []
    try {
      const results = await askAll(batch.map(({ item }) => item))
      for (let index = 0; index < batch.length; index++) batch[index]!.resolve(results[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      const ms = soon ? 0 : patience(item)
      if (ms > 0) later ??= setTimeout(ask, ms)
      else if (!soon) {
        soon = true
        setImmediate(ask)
      }
    })
}

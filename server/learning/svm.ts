/** An example: the features it has, by number, and how much of each. */
export interface Example {
  at: Uint32Array
  value: Float64Array
}

/**
 * One linear support vector machine for each class against all others, squared hinge loss: dual coordinate descent after
 * Hsieh et al. 2008, as in LIBLINEAR. The order is shuffled by a generator of our own, for the same result every time.
 */
export function trainOne(
  examples: Example[],
  isOfClass: (index: number) => boolean,
  size: number,
  { cost = 1, rounds = 30, weight = 1 } = {},
): Float64Array {
  const w = new Float64Array(size)
  const alpha = new Float64Array(examples.length)
  const sign = Int8Array.from(examples, (_, index) => (isOfClass(index) ? 1 : -1))
  const norms = Float64Array.from(examples, ({ value }) => value.reduce((sum, x) => sum + x * x, 0))
  const active = Uint32Array.from(examples.keys())
  const random = generator(1)
  for (let round = 0; round < rounds; round++) {
    shuffle(active, random)
    let most = 0
    for (const index of active) {
      const { at, value } = examples[index]!
      const y = sign[index]!
      const diagonal = 0.5 / (y > 0 ? cost * weight : cost)
      let product = 0
      for (let k = 0; k < at.length; k++) product += w[at[k]!]! * value[k]!
      const gradient = y * product - 1 + alpha[index]! * diagonal
      const projected = alpha[index] === 0 ? Math.min(gradient, 0) : gradient
      if (projected === 0) continue
      most = Math.max(most, Math.abs(projected))
      const before = alpha[index]!
      alpha[index] = Math.max(before - gradient / (norms[index]! + diagonal), 0)
      const step = (alpha[index]! - before) * y
      for (let k = 0; k < at.length; k++) w[at[k]!]! += step * value[k]!
    }
    if (most < 0.05) break
  }
  return w
}

function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function shuffle(list: Uint32Array, random: () => number): void {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const kept = list[at]!
    list[at] = list[other]!
    list[other] = kept
  }
}

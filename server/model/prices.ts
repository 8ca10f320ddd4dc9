import type { Usage } from './model.ts'

/** List prices in dollars for a million tokens, input and output. A model that is not listed costs an unknown 0. */
const perMillion: Record<string, [number, number]> = {
  'gpt-4.1': [2, 8],
  'gpt-4.1-mini': [0.4, 1.6],
  'gpt-4o': [2.5, 10],
  'gpt-4o-mini': [0.15, 0.6],
}

export function priceOf(model: string, { input, output }: Usage): number {
  const [inputPrice, outputPrice] = perMillion[model] ?? [0, 0]
  return (input * inputPrice + output * outputPrice) / 1_000_000
}

/** What was handed in cannot be priced at all: caught where a deploy shows "no estimate" and goes on. */
export class CostError extends Error {
  override name = 'CostError'
}

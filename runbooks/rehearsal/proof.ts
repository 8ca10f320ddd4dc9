/** One assertion of a drill, and whether it held. */
export interface Proven {
  text: string
  ok: boolean
  /** What was seen, where that says more than the text. */
  evidence?: string
}

/** Collects a drill's assertions; each is told as it is made, and none stops the next. */
export class Proof {
  readonly all: Proven[] = []

  constructor(private readonly tell: (proven: Proven) => void = () => {}) {}

  is<T>(text: string, actual: T, expected: T): void {
    const ok = Bun.deepEquals(actual, expected)
    this.#add(text, ok, ok ? undefined : `expected ${shown(expected)}, was ${shown(actual)}`)
  }

  matches(text: string, actual: string | null | undefined, expected: RegExp): void {
    const ok = expected.test(actual ?? '')
    this.#add(text, ok, ok ? firstLine(actual!) : `expected ${expected}, was ${shown(actual)}`)
  }

  atMost(text: string, actual: number, most: number, unit: string): void {
    const figure = `${Math.round(actual * 100) / 100} ${unit}`
    this.#add(text, actual <= most, actual <= most ? figure : `${figure}, more than ${most}`)
  }

  atLeast(text: string, actual: number, least: number, unit: string): void {
    const ok = actual >= least
    this.#add(text, ok, ok ? `${actual} ${unit}` : `${actual} ${unit}, fewer than ${least}`)
  }

  /** What was to happen did not, because of an error. */
  broken(text: string, error: unknown): void {
    this.#add(text, false, error instanceof Error ? error.message : String(error))
  }

  get failed(): Proven[] {
    return this.all.filter(({ ok }) => !ok)
  }

  #add(text: string, ok: boolean, evidence: string | undefined): void {
    const proven = { text, ok, ...(evidence ? { evidence } : {}) }
    this.all.push(proven)
    this.tell(proven)
  }
}

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))
const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 160)

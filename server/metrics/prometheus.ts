/** The three kinds of Prometheus metric that the server needs, in the text format 0.0.4. */
export interface Metric {
  render(): string
}

const escaped = (value: string) => value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')

function labelled(name: string, labels: string[], values: string[], extra = ''): string {
  const pairs = labels.map((label, index) => `${label}="${escaped(values[index] ?? '')}"`)
  if (extra) pairs.push(extra)
  return pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name
}

export class Counter<Labels extends string[] = []> implements Metric {
  readonly #values = new Map<string, { labels: string[]; value: number }>()

  constructor(
    readonly name: string,
    readonly help: string,
    readonly labels: { [K in keyof Labels]: string },
  ) {
    if (labels.length === 0) this.#values.set('', { labels: [], value: 0 })
  }

  inc(...labels: Labels): void {
    this.add(1, ...labels)
  }

  /** One set of labels, for who counts it at every request. */
  series(...labels: Labels): { value: number } {
    this.add(0, ...labels)
    return this.#values.get(labels.join('\0'))!
  }

  add(amount: number, ...labels: Labels): void {
    const key = labels.length === 1 ? labels[0]! : labels.join('\0')
    const known = this.#values.get(key)
    if (known) known.value += amount
    else this.#values.set(key, { labels, value: amount })
  }

  /** The sum over all labels. */
  get total(): number {
    let sum = 0
    for (const { value } of this.#values.values()) sum += value
    return sum
  }

  /** The sum over those labels. */
  sum(include: (labels: string[]) => boolean): number {
    let sum = 0
    for (const { labels, value } of this.#values.values()) if (include(labels)) sum += value
    return sum
  }

  /** The value of one set of labels. */
  value(...labels: Labels): number {
    return this.#values.get(labels.join('\0'))?.value ?? 0
  }

  render(): string {
    const lines = [...this.#values.values()].map(
      ({ labels, value }) => `${labelled(this.name, [...this.labels] as string[], labels)} ${value}`,
    )
    return [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} counter`, ...lines].join('\n')
  }
}

export class Gauge implements Metric {
  constructor(
    readonly name: string,
    readonly help: string,
    readonly read: () => number | [string[], number][],
    readonly labels: string[] = [],
  ) {}

  render(): string {
    const value = this.read()
    const lines =
      typeof value === 'number'
        ? [`${this.name} ${value}`]
        : value.map(([labels, one]) => `${labelled(this.name, this.labels, labels)} ${one}`)
    return [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} gauge`, ...lines].join('\n')
  }
}

export class Histogram implements Metric {
  readonly #series = new Map<string, { counts: number[]; sum: number; count: number }>()

  constructor(
    readonly name: string,
    readonly help: string,
    readonly label: string,
    readonly buckets: number[],
  ) {}

  observe(value: number, label: string): void {
    let series = this.#series.get(label)
    if (!series) {
      series = { counts: new Array(this.buckets.length).fill(0), sum: 0, count: 0 }
      this.#series.set(label, series)
    }
    series.sum += value
    series.count += 1
    for (let index = 0; index < this.buckets.length; index++) {
      if (value <= this.buckets[index]!) {
        series.counts[index]! += 1
        break
      }
    }
  }

  render(): string {
    const lines: string[] = [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} histogram`]
    for (const [label, { counts, sum, count }] of this.#series) {
      let below = 0
      this.buckets.forEach((bucket, index) => {
        below += counts[index]!
        lines.push(`${labelled(`${this.name}_bucket`, [this.label], [label], `le="${bucket}"`)} ${below}`)
      })
      lines.push(`${labelled(`${this.name}_bucket`, [this.label], [label], 'le="+Inf"')} ${count}`)
      lines.push(`${labelled(`${this.name}_sum`, [this.label], [label])} ${sum}`)
      lines.push(`${labelled(`${this.name}_count`, [this.label], [label])} ${count}`)
    }
    return lines.join('\n')
  }
}

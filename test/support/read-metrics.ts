/** The samples of a scrape. */
export interface Samples {
  /** Sum over all samples of the name that have these labels; undefined: there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined
  /** Labels and values of one name. */
  of(name: string): readonly Sample[]
  readonly all: readonly Sample[]
}

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)(?: # .*)?$/

/** Reads either text format; what is no sample of either makes it throw. */
export function readMetrics(text: string): Samples {
  const all = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = LINE.exec(line) ?? []
      if (name === undefined || value === undefined) throw new Error(`not a sample: ${line}`)
      return {
        name,
        labels: readLabels(labels),
        value: Number(value.replace('Nan', 'NaN').replace('+Inf', 'Infinity')),
      }
    })
  const matching = (name: string, labels: Readonly<Record<string, string>>) =>
    all.filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, is]) => sample.labels[key] === is),
    )
  return {
    all,
    of: (name) => matching(name, {}),
    sum(name, labels = {}) {
      const found = matching(name, labels)
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
    },
  }
}

function readLabels(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name, value]),
  )
}

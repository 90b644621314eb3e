/** Of the two text formats: the one every Prometheus reads, and the one that has exemplars. */
export type TextFormat = 'prometheus' | 'openmetrics'

/** One metric with all its label values. */
export interface Family {
  /** Without the `_total` of counters. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'histogram' | 'summary'
  /** Its lines, each with its end; empty while nothing has been counted. */
  samples(format: TextFormat): string
}

export function renderFamily(family: Family, format: TextFormat): string {
  const samples = family.samples(format)
  if (samples === '') return ''
  const { help, type } = family
  // Only OpenMetrics tells a counter from its total.
  const name = type === 'counter' && format === 'prometheus' ? `${family.name}_total` : family.name
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples}`
}

/** `provider="a",model="b"` */
export function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, at) => `${name}="${escaped(values[at] ?? '')}"`).join(',')
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}

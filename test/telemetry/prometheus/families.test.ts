import { describe, expect, test } from 'vitest'
import { Count, CounterFamily, UsdTotal } from '../../../src/telemetry/prometheus/counter-family.js'
import { renderFamily } from '../../../src/telemetry/prometheus/family.js'
import { HistogramFamily } from '../../../src/telemetry/prometheus/histogram-family.js'

function counterOf(isSparse: boolean): CounterFamily<Count> {
  return new CounterFamily({
    name: 'pets',
    help: 'Pets.',
    labels: ['kind', 'name'],
    isSparse,
    create: () => new Count(),
  })
}

describe('a counter', () => {
  test('has its total in the head of one format only', () => {
    const pets = counterOf(false)
    pets.child('cat', 'Tom').add()
    pets.child('cat', 'Tom').add(2)
    const line = 'pets_total{kind="cat",name="Tom"} 3\n'
    expect(renderFamily(pets, 'prometheus')).toBe(`# HELP pets_total Pets.\n# TYPE pets_total counter\n${line}`)
    expect(renderFamily(pets, 'openmetrics')).toBe(`# HELP pets Pets.\n# TYPE pets counter\n${line}`)
  })

  test('writes names so that they can be read back', () => {
    const pets = counterOf(false)
    pets.child('dog', 'a "quoted" \\ name\nof two lines').add()
    expect(pets.samples()).toBe('pets_total{kind="dog",name="a \\"quoted\\" \\\\ name\\nof two lines"} 1\n')
  })

  test('that is sparse says nothing of what did not happen, another one says 0', () => {
    for (const isSparse of [true, false]) {
      const pets = counterOf(isSparse)
      pets.child('cat', 'Tom')
      expect(pets.samples()).toBe(isSparse ? '' : 'pets_total{kind="cat",name="Tom"} 0\n')
    }
    expect(renderFamily(counterOf(true), 'prometheus')).toBe('')
  })

  test('of money is exact, and never falls', () => {
    const cost = new CounterFamily({
      name: 'cost',
      help: 'Cost.',
      labels: [],
      isSparse: false,
      create: () => new UsdTotal(),
    })
    for (let n = 0; n < 10; n++) cost.child().add(100_000_000_001n)
    cost.child().add(-5n)
    expect(cost.samples()).toBe('cost_total 1.00000000001\n')
  })
})

describe('a histogram', () => {
  const family = () =>
    new HistogramFamily({ name: 'wait', help: 'Wait.', labels: ['at'], bounds: [0.1, 1], isSparse: true })

  test('counts upwards, and what is on a bound belongs to it', () => {
    const wait = family()
    const buckets = wait.child('door')
    for (const value of [0.05, 0.1, 0.5, 1, 7]) buckets.observe(value)
    buckets.observe(0, 3)
    expect(renderFamily(wait, 'prometheus')).toBe(
      [
        '# HELP wait Wait.',
        '# TYPE wait histogram',
        'wait_bucket{le="0.1",at="door"} 5',
        'wait_bucket{le="1",at="door"} 7',
        'wait_bucket{le="+Inf",at="door"} 8',
        'wait_sum{at="door"} 8.65',
        'wait_count{at="door"} 8',
        '',
      ].join('\n'),
    )
  })

  test('names the newest request of a trace in each bucket, in the format that has room for it', () => {
    const wait = family()
    wait.child('door').observeTraced(0.05, 'a'.repeat(32))
    wait.child('door').observeTraced(0.07, 'b'.repeat(32))
    wait.child('door').observeTraced(0.09, undefined)
    wait.child('door').observeTraced(3, undefined)
    expect(wait.samples('prometheus')).not.toContain('trace_id')
    const lines = wait.samples('openmetrics').split('\n')
    expect(lines[0]).toMatch(/^wait_bucket\{le="0\.1",at="door"\} 3 # \{trace_id="b{32}"\} 0\.07 \d{10}(\.\d+)?$/)
    expect(lines[1]).toBe('wait_bucket{le="1",at="door"} 3')
    expect(lines[2]).toBe('wait_bucket{le="+Inf",at="door"} 4')
  })

  test('without labels is there before anything has happened', () => {
    const wait = new HistogramFamily({ name: 'wait', help: 'Wait.', labels: [], bounds: [1], isSparse: false })
    expect(wait.samples('prometheus')).toBe(
      'wait_bucket{le="1"} 0\nwait_bucket{le="+Inf"} 0\nwait_sum 0\nwait_count 0\n',
    )
  })
})

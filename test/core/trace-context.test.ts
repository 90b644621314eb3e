import { expect, test } from 'vitest'
import { parseTraceContext } from '../../src/core/trace-context.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test('the caller’s trace is read from its header', () => {
  expect(parseTraceContext(`00-${TRACE}-${SPAN}-01`, 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7')).toEqual({
    traceId: TRACE,
    spanId: SPAN,
    flags: 1,
    traceparent: `00-${TRACE}-${SPAN}-01`,
    tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7',
  })
})

test('a version that is still to come may say more', () => {
  expect(parseTraceContext(`cc-${TRACE}-${SPAN}-01-what-the-future`, undefined)).toMatchObject({ traceId: TRACE })
})

test.each([
  ['no header', undefined],
  ['another form', 'trace-me'],
  ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
  ['more than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
  ['two headers', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
])('%s is no trace', (_name, traceparent) => {
  expect(parseTraceContext(traceparent, 'a=1')).toBeUndefined()
})

test.each([
  ['too long', `a=${'x'.repeat(600)}`],
  ['not printable', 'a=\u00e9'],
])('a state that is %s is left out, and the trace goes on', (_name, tracestate) => {
  expect(parseTraceContext(`00-${TRACE}-${SPAN}-00`, tracestate)).toMatchObject({ flags: 0, tracestate: undefined })
})

import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../src/core/errors.js'
import type { Dialect } from '../../src/dialects/dialect.js'
import { everyCut } from '../support/every-cut.js'
import { golden, RESPONSES, STREAMS, type WireFixture } from './fixtures.js'
import { type ClientView, DECODE_CONTEXT, DIALECTS, relayAnswer, renderContext } from './relay-answer.js'

function cases(fixtures: readonly WireFixture[]) {
  return fixtures.flatMap((fixture) => DIALECTS.map((dialect) => ({ ...fixture, dialect, client: dialect.name })))
}

describe.each(cases(STREAMS))('$file for $client clients', ({ file, bytes, adapter, dialect }) => {
  test('becomes the golden stream', async () => {
    const view = await relayAnswer([bytes], { adapter, dialect })
    await expect(readable(view)).toMatchFileSnapshot(golden(file, dialect.name))
  })

  test('does not depend on where the network cuts', async () => {
    const whole = readable(await relayAnswer([bytes], { adapter, dialect }))
    for (const cuts of everyCut(bytes)) {
      const view = readable(await relayAnswer(cuts, { adapter, dialect }))
      if (view !== whole) expect.fail(`cut at ${cuts[0]?.length}: ${view}`)
    }
  })
})

describe.each(cases(RESPONSES))('$file for $client clients', ({ file, bytes, adapter, dialect }) => {
  test('becomes the golden answer', async () => {
    await expect(wholeAnswer(bytes, adapter, dialect)).toMatchFileSnapshot(golden(file, dialect.name))
  })
})

/** An answer that never began shows its status. */
function readable({ status, body }: ClientView): string {
  return status === 200 ? body.toString() : `HTTP ${status}\n\n${body.toString()}\n`
}

function wholeAnswer(bytes: Buffer, adapter: WireFixture['adapter'], dialect: Dialect): string {
  try {
    const response = adapter.decodeResponse(bytes.toString(), DECODE_CONTEXT)
    return pretty(dialect.renderResponse(response, renderContext(adapter)))
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return `HTTP ${error.status}\n\n${pretty(dialect.renderError(error, 'req-1'))}`
  }
}

function pretty(json: string): string {
  return `${JSON.stringify(JSON.parse(json), null, 2)}\n`
}

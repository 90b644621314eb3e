import { expect, test } from 'vitest'
import { readEvents } from '../../src/page/stats/read-events.js'

const WIRE =
  ': hello\n\nevent: stats\ndata: {"price":"€"}\n\ndata: two\r\ndata: lines\r\n\r\ndata:[DONE]\n\ndata: never ended'

function bodyOf(chunks: readonly Uint8Array[], onCancel = (): void => {}): ReadableStream<Uint8Array<ArrayBuffer>> {
  const rest = chunks.map((chunk) => new Uint8Array(chunk))
  return new ReadableStream({
    pull(controller) {
      const chunk = rest.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
    cancel: onCancel,
  })
}

test('events are the same wherever the network cuts, also within a character', async () => {
  const bytes = new TextEncoder().encode(WIRE)
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const events: string[] = []
    for await (const data of readEvents(bodyOf([bytes.slice(0, cut), bytes.slice(cut)]))) events.push(data)
    expect(events).toEqual(['{"price":"€"}', 'two\nlines', '[DONE]'])
  }
})

test('whoever stops reading lets go of the connection', async () => {
  let noteCancel = (): void => {}
  const cancelled = new Promise<void>((resolve) => {
    noteCancel = resolve
  })
  const chunks = Array.from({ length: 100 }, () => new TextEncoder().encode('data: on and on\n\n'))
  for await (const _data of readEvents(bodyOf(chunks, noteCancel))) break
  await cancelled
})

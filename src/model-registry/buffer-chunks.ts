import type { Readable } from 'node:stream'

/** Beyond it the server has to wait: the disk is slower than the network. */
const MOST_BUFFERED_BYTES = 1 << 20

/**
 * The chunks of a stream, those before an error included. A stream that fails drops what nobody has read yet; of a
 * download that is cut that may be all it brought, again and again. Listens from now on, for one reader.
 */
export function bufferChunks(stream: Readable): AsyncIterable<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bufferedBytes = 0
  let end: { readonly error: Error | undefined } | undefined
  let wake = (): void => {}

  function finish(error?: Error): void {
    end ??= { error }
    wake()
  }
  stream.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk)
    bufferedBytes += chunk.length
    if (bufferedBytes > MOST_BUFFERED_BYTES) stream.pause()
    wake()
  })
  stream.on('end', () => finish())
  stream.on('error', finish)
  stream.on('close', () => finish(new Error('The stream was closed before its end.')))

  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = chunks.shift()
      if (chunk !== undefined) {
        bufferedBytes -= chunk.length
        if (bufferedBytes <= MOST_BUFFERED_BYTES) stream.resume()
        yield chunk
      } else if (end !== undefined) {
        if (end.error !== undefined) throw end.error
        return
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }
  return read()
}

import type { BodyCollector } from './body-collector.js'
import type { TransportRequest } from './transport.js'
import type { UwsResponse } from './uws-response.js'

type Head = Pick<TransportRequest, 'method' | 'path' | 'query' | 'headers'>

/**
 * A class for the sake of its getter: one in an object literal gives every object a shape of its own, which outlives it
 * and keeps all that its request made from being collected young.
 */
export class UwsRequest implements TransportRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: TransportRequest['headers']
  readonly #response: UwsResponse
  readonly #collector: BodyCollector | undefined

  constructor({ headers, method, path, query }: Head, response: UwsResponse, collector: BodyCollector | undefined) {
    this.method = method
    this.path = path
    this.query = query
    this.headers = headers
    this.#response = response
    this.#collector = collector
  }

  get remoteAddress(): string {
    return this.#response.remoteAddress
  }

  body(): Promise<Uint8Array> {
    return this.#collector?.body() ?? Promise.resolve(new Uint8Array(0))
  }
}

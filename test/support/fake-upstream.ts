import type { Upstream, UpstreamCall, UpstreamHandler, UpstreamRequest } from '../../src/upstream/upstream.js'

/** An honest upstream without a socket: the test plays the provider's part by hand. */
export interface FakeUpstream extends Upstream {
  readonly requests: UpstreamRequest[]
  /** The handler of the newest call. */
  handler(): UpstreamHandler
  readonly state: { paused: boolean; aborted: boolean }
}

export function createFakeUpstream(): FakeUpstream {
  const requests: UpstreamRequest[] = []
  const state = { paused: false, aborted: false }
  let current: UpstreamHandler | undefined
  return {
    requests,
    state,
    handler() {
      if (current === undefined) throw new Error('No call has been made.')
      return current
    },
    send(request, handler): UpstreamCall {
      requests.push(request)
      current = handler
      return {
        pause: () => {
          state.paused = true
        },
        resume: () => {
          state.paused = false
        },
        abort: () => {
          state.aborted = true
        },
      }
    },
    async close() {},
  }
}

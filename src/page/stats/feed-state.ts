/** How the page stands to the gateway. */
export type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The gateway does not answer; it is asked again after a while. */
  | { readonly kind: 'lost'; readonly retryInMs: number }
  /** Nobody has looked at the page for a while. */
  | { readonly kind: 'asleep' }
  | { readonly kind: 'signed-out' }
  /** It answers, and refuses; the message is its own. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly retryInMs: number }

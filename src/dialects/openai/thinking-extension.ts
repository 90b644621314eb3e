/**
 * Our own extension of a tool call: Anthropic wants the thinking blocks of a tool loop back, sealed and unchanged. They
 * travel on the first tool call that follows them, because a client that knows only OpenAI's fields returns its tool
 * calls as it got them.
 */
export type ThinkingBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }

/** The `extra_content` member of a tool call, or nothing when there is nothing to carry. */
export function renderExtraContent(signature: string | undefined, thinking: readonly ThinkingBlock[]): object {
  if (signature === undefined && thinking.length === 0) return {}
  return {
    extra_content: {
      // Where Google's own compatible endpoint puts it.
      ...(signature !== undefined && { google: { thought_signature: signature } }),
      ...(thinking.length > 0 && { anthropic: { thinking } }),
    },
  }
}

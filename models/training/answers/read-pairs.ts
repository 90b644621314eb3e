/** Two answers that one of the prompts could have been given. */
export interface AnswerPair {
  readonly topic: number
  /** Never looked at while the comparison is made. */
  readonly heldOut: boolean
  readonly a: string
  readonly b: string
  readonly prompts: readonly string[]
  /** Both answer the prompt rightly. */
  readonly isSame: boolean
}

interface Topic {
  readonly prompt: string
  /** Each says the same, in other words, longer or shorter. */
  readonly same: readonly string[]
  /** A prompt near to it, and an answer that would be wrong for the first. */
  readonly other: readonly { readonly prompt: string; readonly answer: string }[]
}

/** One topic a line; every other one is held out. */
export function readPairs(lines: string): readonly AnswerPair[] {
  return lines
    .trim()
    .split('\n')
    .flatMap((line, topic) => {
      const heldOut = topic % 2 === 1
      const { other, prompt, same }: Topic = JSON.parse(line)
      const equal = same.flatMap((a, at) => same.slice(at + 1).map((b) => ({ a, b, prompts: [prompt], isSame: true })))
      const different = same.flatMap((a) =>
        other.map((near) => ({ a, b: near.answer, prompts: [prompt, near.prompt], isSame: false })),
      )
      return [...equal, ...different].map((pair) => ({ ...pair, topic, heldOut }))
    })
}

import type { AttemptRecord, RequestRecord } from '../../core/request-record.js'
import { charactersOf, type StreamEvent } from '../../core/stream-event.js'
import type { AnswerTee } from '../cached/answer-tee.js'

/**
 * Sees the events of an attempt, and tells of them only from the moment its answer begins: until then another attempt may
 * take its place.
 */
export interface Witness {
  observe(event: StreamEvent, atMs: number): void
  begin(): void
}

export interface WitnessOptions {
  readonly record: RequestRecord
  readonly entry: AttemptRecord
  readonly tee: AnswerTee | undefined
  /** Remembers what the provider will want back. */
  readonly remember: ((event: StreamEvent) => void) | undefined
}

export function createWitness({ entry, record, remember, tee }: WitnessOptions): Witness {
  let held: { readonly event: StreamEvent; readonly atMs: number }[] | undefined = []

  function tell(event: StreamEvent, atMs: number): void {
    if (event.type === 'usage') record.usage = event.usage
    remember?.(event)
    tee?.observe(event, atMs)
  }

  return {
    observe(event, atMs) {
      if (event.type === 'usage') entry.usage = event.usage
      else entry.writtenCharacters += charactersOf(event)
      if (held === undefined) tell(event, atMs)
      else held.push({ event, atMs })
    },
    begin() {
      const before = held ?? []
      held = undefined
      for (const { event, atMs } of before) tell(event, atMs)
    },
  }
}

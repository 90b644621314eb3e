/**
 * The keys of one provider, taken in turn. One that was refused or is limited rests, and the others are used meanwhile.
 * Limits are counted per model by all providers, so a key rests for the model it was limited for.
 */
export interface KeyRing {
  readonly size: number
  /** The next key that does not rest, else the one that will be back first. Undefined: this provider has none. */
  pick(model: string, nowMs: number): PickedKey | undefined
  /** The key's limit for this model is reached. */
  limited(key: PickedKey, model: string, forMs: number, nowMs: number): void
  /** The provider does not take this key. */
  refused(key: PickedKey, nowMs: number): void
  /** How many do not rest. */
  free(model: string, nowMs: number): number
}

export interface PickedKey {
  readonly value: string
  readonly position: number
  /** 0: it does not rest. */
  readonly restsForMs: number
  /** Why it rests. */
  readonly reason: RestReason | undefined
}

export type RestReason = 'limited' | 'refused'

interface Rest {
  readonly untilMs: number
  readonly reason: RestReason
}

/** Long enough to spare everybody a wasted call, short enough to notice a key that is good again. */
const REFUSED_MS = 60_000
/** Model names come from clients. */
const MOST_RESTS = 1000
const ANY_MODEL = '*'

export function createKeyRing(keys: readonly string[]): KeyRing {
  const rests = new Map<string, Rest>()
  let turn = 0

  function restOf(position: number, model: string, nowMs: number): Rest | undefined {
    const ofKey = rests.get(`${position} ${ANY_MODEL}`)
    if (ofKey !== undefined && ofKey.untilMs > nowMs) return ofKey
    const ofModel = rests.get(`${position} ${model}`)
    return ofModel !== undefined && ofModel.untilMs > nowMs ? ofModel : undefined
  }

  function setRest({ position }: PickedKey, model: string, rest: Rest, nowMs: number): void {
    if (rests.size >= MOST_RESTS) for (const [id, { untilMs }] of rests) if (untilMs <= nowMs) rests.delete(id)
    if (rests.size < MOST_RESTS) rests.set(`${position} ${model}`, rest)
  }

  function picked(position: number, rest: Rest | undefined, nowMs: number): PickedKey | undefined {
    const value = keys[position]
    if (value === undefined) return undefined
    return { value, position, restsForMs: rest === undefined ? 0 : rest.untilMs - nowMs, reason: rest?.reason }
  }

  return {
    size: keys.length,
    pick(model, nowMs) {
      if (rests.size === 0 && keys.length <= 1) return picked(0, undefined, nowMs)
      let soonest: PickedKey | undefined
      for (let step = 0; step < keys.length; step += 1) {
        const position = (turn + step) % keys.length
        const key = picked(position, restOf(position, model, nowMs), nowMs)
        if (key === undefined) continue
        if (key.restsForMs === 0) {
          turn = (position + 1) % keys.length
          return key
        }
        if (soonest === undefined || key.restsForMs < soonest.restsForMs) soonest = key
      }
      return soonest
    },
    limited(key, model, forMs, nowMs) {
      setRest(key, model, { untilMs: nowMs + forMs, reason: 'limited' }, nowMs)
    },
    refused(key, nowMs) {
      setRest(key, ANY_MODEL, { untilMs: nowMs + REFUSED_MS, reason: 'refused' }, nowMs)
    },
    free: (model, nowMs) => keys.filter((_key, position) => restOf(position, model, nowMs) === undefined).length,
  }
}

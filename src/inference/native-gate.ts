/** Set when nobody may enter any more; below it, how many calls are inside. */
const SHUT = 1 << 30

/**
 * Keeps a thread from being ended inside native code. Node forbids JavaScript to a thread that is being terminated, the
 * ONNX binding does not expect to be refused when it hands over its result, and C++ then aborts the whole process.
 * So native calls pass a gate in shared memory, and who wants the thread to end shuts it and waits until it is empty.
 */
export class NativeGate {
  readonly #state: Int32Array

  /** Both sides look at the same `memory`, made by `createGateMemory` or `createOccupiedGateMemory`. */
  constructor(memory: SharedArrayBuffer) {
    this.#state = new Int32Array(memory)
  }

  /**
   * The thread's side, around every call that enters native code. Behind a shut gate the promise stays open: the
   * thread is about to end, and an error would be taken for the task's own.
   */
  async pass<T>(call: () => Promise<T>): Promise<T> {
    const isShut = (Atomics.add(this.#state, 0, 1) & SHUT) !== 0
    if (isShut) {
      this.leave()
      return new Promise<never>(() => {})
    }
    try {
      return await call()
    } finally {
      this.leave()
    }
  }

  /** Who is inside may finish, nobody follows. */
  shut(): void {
    Atomics.or(this.#state, 0, SHUT)
  }

  get isEmpty(): boolean {
    return (Atomics.load(this.#state, 0) & ~SHUT) === 0
  }

  /** Blocks the calling thread until the gate is empty, or `timeoutMs` have passed. */
  waitUntilEmpty(timeoutMs: number): void {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const state = Atomics.load(this.#state, 0)
      const left = deadline - Date.now()
      if ((state & ~SHUT) === 0 || left <= 0) return
      Atomics.wait(this.#state, 0, state, left)
    }
  }

  /** The thread's side, once, when it has loaded its modules: see `createOccupiedGateMemory`. */
  leave(): void {
    Atomics.sub(this.#state, 0, 1)
    Atomics.notify(this.#state, 0)
  }
}

export function createGateMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

/**
 * For a thread that is about to start: it is inside from its first moment. Node aborts the process when a thread is ended
 * while it links modules (`v8::Module::IsGraphAsync must be used on an instantiated module`).
 */
export function createOccupiedGateMemory(): SharedArrayBuffer {
  const memory = createGateMemory()
  Atomics.store(new Int32Array(memory), 0, 1)
  return memory
}

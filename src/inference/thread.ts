import type { InferenceResult, InferenceTask } from './contract.js'

/** One thread with its models. It is never repaired: when it has ended, another one is started in its place. */
export interface InferenceThread {
  /** Resolves when the models are loaded and warm. Rejects with the reason when the thread ended before that. */
  readonly loaded: Promise<void>
  /** It has done some work: its death does not mean that the next thread dies at once as well. */
  readonly hasAnswered: boolean
  /**
   * @throws ThreadDeath when the thread ended under the task
   * @throws Error what the task itself threw; the thread lives on
   */
  run(task: InferenceTask): Promise<InferenceResult>
  /** Ends the thread, whatever it is doing. Resolves when it is gone. Safe to call again. */
  end(): Promise<void>
}

/** `onEnd` is called once, when the thread has ended for whatever reason, before the tasks under it reject. */
export type StartThread = (onEnd: (cause: string) => void) => InferenceThread

/** The thread ended before it answered. Nothing is known about the task: it may be the cause or a bystander. */
export class ThreadDeath extends Error {
  override readonly name = 'ThreadDeath'
}

/**
 * `unknown-model`, `unusable` (files are missing, damaged or not made) and `manifest` concern what is on this machine.
 * The others end a download: `network` (no connection, or it broke too often), `refused` (an answer that is no file),
 * `wrong-content` (size or hash), `disk` (full, read-only, no permission) and `aborted`.
 */
export type ModelErrorCode =
  | 'unknown-model'
  | 'unusable'
  | 'manifest'
  | 'network'
  | 'refused'
  | 'wrong-content'
  | 'disk'
  | 'aborted'

/** Trouble with a model. The message is for the person who runs the gateway: what, where, and what would help. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** `EX_CANTCREAT` of sysexits.h: what the process ends with when it cannot have its data folder. */
const DATA_DIR_EXIT_CODE = 73

/** The data folder cannot be used. The message is fit for a terminal. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError'
  readonly exitCode = DATA_DIR_EXIT_CODE
  /** Who has it; null: nobody, it cannot be written. */
  readonly pid: number | null

  constructor(message: string, pid: number | null, options?: ErrorOptions) {
    super(message, options)
    this.pid = pid
  }
}

/** Labels or a prior that cannot be used. The message is for the person at the keyboard: where, what, and what is expected. */
export class CalibrationError extends Error {
  override readonly name = 'CalibrationError'
}

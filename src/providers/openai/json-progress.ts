/** Follows JSON text that comes in pieces, to know when its value is closed. Looks at each character once. */
export interface JsonProgress {
  push(piece: string): void
  /** Nothing but white space so far. */
  isBlank(): boolean
  /** An object or array has been opened and closed again. */
  isComplete(): boolean
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

export function createJsonProgress(): JsonProgress {
  let depth = 0
  let opened = false
  let blank = true
  let inString = false
  let escaped = false

  function inside(code: number): void {
    if (escaped) escaped = false
    else if (code === BACKSLASH) escaped = true
    else if (code === QUOTE) inString = false
  }

  function outside(code: number): void {
    switch (code) {
      case QUOTE:
        inString = true
        break
      case 0x7b: // {
      case 0x5b: // [
        depth += 1
        opened = true
        break
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1
        break
    }
  }

  return {
    push(piece) {
      for (let at = 0; at < piece.length; at += 1) {
        const code = piece.charCodeAt(at)
        if (code > 0x20) blank = false
        if (inString) inside(code)
        else outside(code)
      }
    },
    isBlank: () => blank,
    isComplete: () => opened && depth <= 0 && !inString,
  }
}

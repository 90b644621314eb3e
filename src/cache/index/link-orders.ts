/** What the gateway's thread and the linker's tell each other. All numbers: a message is one `Int32Array`. */
export interface LinkerSetup {
  readonly memory: WebAssembly.Memory
  readonly dimension: number
}

/** Threes: what, graph, row. Each is answered, in their order. */
export const ORDER = {
  /** Make the row a part of the graph. */
  link: 0,
  /** The row is dead: tell when nothing links to it any more. */
  remove: 1,
} as const

/** Threes: what, row, and what is said of it. */
export const REPLY = {
  /** An order to link was carried out. */
  linked: 0,
  /** Not linked, for the row in the third place has the very same vector. */
  same: 1,
  /** Not linked, for it is dead; an order to remove it follows. */
  skipped: 2,
  /** An order to remove was taken in. */
  removed: 3,
  /** Nothing links to the row any more: it can be used for something else. No answer to an order. */
  free: 4,
  /** The starts of the graph in the third place are forgotten: new ones follow. No answer to an order. */
  restart: 5,
  /** The row is a start of the graph in the third place. No answer to an order. */
  start: 6,
} as const

export const MESSAGE_FIELDS = 3

import { listenNode } from '../../src/transport/node-http.js'
import type { Listen, Transport } from '../../src/transport/transport.js'
import { listenUws } from '../../src/transport/uws.js'

export const ADAPTERS: readonly { kind: Transport['kind']; listen: Listen }[] = [
  { kind: 'uws', listen: listenUws },
  { kind: 'node', listen: listenNode },
]

import { listenNode } from '../../src/transport/node-http.js'
import type { Listen, Transport } from '../../src/transport/transport.js'
import { listenUws } from '../../src/transport/uws.js'
import { TRANSPORTS } from '../support/transports.js'

const LISTEN: Readonly<Record<Transport['kind'], Listen>> = { uws: listenUws, node: listenNode }

export const ADAPTERS = TRANSPORTS.map((kind) => ({ kind, listen: LISTEN[kind] }))

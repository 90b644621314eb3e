/** The bare pass-through: Anthropic's bytes in and out. `node passthrough.js --port N --upstream URL` */
import { serveBareProxy } from './bare-proxy.js'

await serveBareProxy(process.argv, {
  path: '/v1/messages',
  upstreamPath: '/v1/messages',
  request: (body) => body,
  whole: (body) => body,
  createStream: () => (chunk) => chunk,
})

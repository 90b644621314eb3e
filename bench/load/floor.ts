/**
 * The floor: OpenAI in, Anthropic behind, translated and nothing else.
 * `node floor.js --port N --upstream URL [--scan]`
 */
import { serveBareProxy } from './bare-proxy.js'
import { createStreamTranslation, translateRequest, translateWhole } from './floor-translation.js'

const scan = process.argv.includes('--scan')

await serveBareProxy(process.argv, {
  path: '/v1/chat/completions',
  upstreamPath: '/v1/messages',
  request: (body) => translateRequest(body.toString()),
  whole: (body) => translateWhole(body.toString()),
  createStream() {
    const translate = createStreamTranslation(scan)
    return (chunk) => Buffer.from(translate(chunk.toString('latin1')), 'latin1')
  },
})

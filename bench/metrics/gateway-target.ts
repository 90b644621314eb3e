import { fileURLToPath } from 'node:url'
import type { Target } from '../load/targets.js'

/** @param providers of the configuration, as YAML; undefined: the simulator answers */
export function gatewayTarget(how: 'watched' | 'unwatched', providers: string | undefined): Target {
  return {
    name: how,
    command: [
      process.execPath,
      '--max-semi-space-size=64',
      fileURLToPath(new URL('gateway-process.js', import.meta.url)),
      '{dir}/llmrouter.yaml',
      how,
    ],
    env: { NODE_ENV: 'production' },
    files: {
      'llmrouter.yaml': [
        'server: { host: 127.0.0.1, port: {port}, dataDir: "{dir}/data" }',
        ...(providers === undefined ? [] : [`providers: ${providers}`]),
        'cache: { store: "off" }',
        '',
      ].join('\n'),
    },
    ready: 'http://127.0.0.1:{port}/ready',
    readyTimeoutMs: 20_000,
    request: { dialect: 'openai', path: '/v1/chat/completions', headers: {}, model: 'anthropic/bench-model' },
  }
}

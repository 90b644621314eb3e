import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { BUILT_IN_TARGETS, GATEWAY, readTargetsFile, type Target } from '../load/targets.js'

/** The gateway as it is when nothing is turned off. */
export const EVERYTHING = 'everything on'

/** What stands beside the gateway, in the order of the table's columns; what could not be had is told by `onMissing`. */
export function chooseTargets(onMissing: (what: string) => void): readonly Target[] {
  const builtIn = (name: string): Target => {
    const target = BUILT_IN_TARGETS.find((candidate) => candidate.name === name)
    if (target === undefined) throw new Error(`No target is called ${name}.`)
    return target
  }
  return [
    builtIn('direct'),
    ...nginxTarget(onMissing),
    ...['passthrough', 'floor', GATEWAY].map(builtIn),
    everythingTarget(builtIn(GATEWAY)),
    ...portkeyTarget(onMissing),
  ]
}

/**
 * Semantic cache, analysis of every prompt, routing, audits, hedging and limits beside what is always on. All prompts of
 * the comparison are different, so that each request is a miss that pays for all of it and saves nothing.
 */
function everythingTarget(gateway: Target): Target {
  const price = '{ inputPerMTok: 1, outputPerMTok: 4 }'
  const model = (id: string): string =>
    `  - { id: ${id}, provider: anthropic, price: ${price}, contextTokens: 100000, maxOutputTokens: 50000 }`
  return {
    ...gateway,
    name: EVERYTHING,
    files: {
      'llmrouter.yaml': [
        'server: { host: 127.0.0.1, port: {port}, dataDir: "{dir}/data" }',
        'providers: { anthropic: { type: anthropic, apiKey: x, baseUrl: "{upstream}" } }',
        'models:',
        ...['cheap-one', 'strong-one'].map(model),
        'routing: { auto: { cheap: cheap-one, strong: strong-one } }',
        'attempts: { hedge: { enabled: true } }',
        '',
      ].join('\n'),
    },
    request: { ...gateway.request, model: 'auto' },
  }
}

const NGINX_CONF = `daemon off;
worker_processes 1;
pid {dir}/nginx.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  upstream provider { server 127.0.0.1:{upstreamPort}; keepalive 1024; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:{port};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`

/** A proxy that translates nothing. */
function nginxTarget(onMissing: (what: string) => void): readonly Target[] {
  if (spawnSync('nginx', ['-v']).status !== 0) {
    onMissing('nginx: it is not on PATH (Debian: apt-get install nginx-light)')
    return []
  }
  return [
    {
      name: 'nginx',
      command: ['nginx', '-p', '{dir}', '-c', '{dir}/nginx.conf', '-e', 'stderr'],
      env: {},
      files: { 'nginx.conf': NGINX_CONF },
      ready: 'http://127.0.0.1:{port}/ready',
      readyTimeoutMs: 10_000,
      request: { dialect: 'anthropic', path: '/v1/messages', headers: {}, model: 'bench-model' },
    },
  ]
}

/** Installed once, beside the dependencies. */
function portkeyTarget(onMissing: (what: string) => void): readonly Target[] {
  const file = join(packageRoot(), 'bench/load/targets.example.json')
  const portkey = readTargetsFile(file).find(({ name }) => name === 'portkey')
  if (portkey === undefined) throw new Error(`${file} has no portkey`)
  const folder = join(packageRoot(), 'node_modules/.cache/llmrouter-bench/portkey')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(portkey.files)) writeFileSync(join(folder, name), text)
  const install = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (install.status !== 0) {
    onMissing(`the Portkey gateway: npm could not install it: ${install.stderr.trim().slice(0, 300)}`)
    return []
  }
  const start = `cd '${folder}' && exec npx --no-install gateway --port={port} --headless`
  return [{ ...portkey, command: ['sh', '-c', start], files: {} }]
}

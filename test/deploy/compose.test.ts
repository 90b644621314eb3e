import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.js'
import { resolveHost } from '../../src/config/resolve-host.js'
import { packageRoot } from '../../src/package-root.js'

interface Service {
  readonly image: string
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly command?: readonly string[]
  readonly stop_grace_period?: string
}

const root = packageRoot()
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
} // our own
const { services } = compose
const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')))

/** Either of them checks a file by its schema, and needs no engine for that. */
const COMMANDS = [['docker', 'compose'], ['docker-compose']]
const command = COMMANDS.find(([name = '', ...args]) => spawnSync(name, [...args, 'version']).status === 0)

test('the file is one by the schema of Compose', ({ skip }) => {
  if (command === undefined) {
    console.warn(
      'NOT TESTED: docker-compose.yml by its schema: there is neither docker compose nor docker-compose on PATH.',
    )
    return skip('NOT TESTED: there is neither docker compose nor docker-compose on PATH')
  }
  const [name = '', ...args] = command
  const { status, stderr } = spawnSync(name, [...args, '-f', 'docker-compose.yml', 'config', '--quiet'], { cwd: root })
  expect([status, String(stderr)]).toEqual([0, ''])
})

test('it starts the gateway, Redis, Prometheus and Grafana, and each can say how it is', () => {
  expect(Object.keys(services)).toEqual(['gateway', 'redis', 'prometheus', 'grafana'])
  for (const { healthcheck } of Object.values(services)) expect(healthcheck?.test[0]).toBe('CMD')
})

test('what it mounts is there, and what is to last has a volume', () => {
  const folders = mounts.map(([from = '']) => from).filter((from) => from.startsWith('./'))
  expect(folders).not.toHaveLength(0)
  for (const folder of folders) expect(existsSync(join(root, folder)), folder).toBe(true)
  const named = mounts.map(([from = '']) => from).filter((from) => !from.startsWith('./'))
  expect(named.toSorted()).toEqual(Object.keys(compose.volumes).toSorted())
  expect(services.redis?.command).toContain('--appendonly')
})

test('no port can be reached from another machine', () => {
  const ports = Object.values(services).flatMap(({ ports: published = [] }) => published)
  expect(ports).toHaveLength(3)
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
})

describe('the gateway', () => {
  const { environment = {}, stop_grace_period = '' } = services.gateway ?? {}
  /** As Compose fills it in where nobody has set anything. */
  const env = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{\w+:-([^}]*)\}/, '$1')]),
  )
  const file = join(root, 'deploy/gateway/llmrouter.yaml')

  test('finds its file in what is mounted, serves the container’s network, and keeps answers in that Redis', () => {
    const mounted = mounts.find(([from]) => from === './deploy/gateway')?.[1]
    expect(env.LLMROUTER_CONFIG).toBe(`${mounted}/llmrouter.yaml`)
    const { config, warnings } = loadConfig({ file, env: { ...env, LLMROUTER_CONFIG: undefined }, cwd: root })
    expect(resolveHost(config)).toBe('0.0.0.0')
    expect(config.cache).toMatchObject({ store: 'redis', redis: { url: 'redis://redis:6379' } })
    expect(warnings).toEqual([expect.stringContaining('no client keys')])
    expect(Number.parseInt(stop_grace_period, 10) * 1000).toBeGreaterThan(config.server.drainTimeoutMs)
  })

  test('has the keys of clients where its comment says', () => {
    const text = readFileSync(file, 'utf8')
      .replace(/^# (auth:| {2})/gm, '$1')
      .replaceAll('sha256:…', `sha256:${'0'.repeat(64)}`)
    const { auth } = parse(text) as { auth: { keys: object[]; adminKeyHash: string } } // our own
    expect(auth).toMatchObject({ keys: [{ name: 'team-a' }], adminKeyHash: expect.stringMatching(/^sha256:/) })
  })
})

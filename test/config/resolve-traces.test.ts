import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { resolveTraces } from '../../src/config/resolve-traces.js'

/** With the endpoint in a file, or without one. */
function resolve(env: Record<string, string>) {
  const { config } = loadConfig({ env, cwd: '/nowhere' })
  return resolveTraces(config, env)
}

test.each([
  ['nothing', {}, null],
  ['a collector', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, 'http://collector:4318/v1/traces'],
  [
    'a collector with a slash',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' },
    'http://collector:4318/v1/traces',
  ],
  [
    'a collector below a path',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example/otlp' },
    'https://c.example/otlp/v1/traces',
  ],
  [
    'a collector with the path of traces',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/v1/traces' },
    'http://collector:4318/v1/traces',
  ],
  ['an address for traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t.example/in' }, 'http://t.example/in'],
  [
    'both',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t.example/in' },
    'http://t.example/in',
  ],
  ['a switch', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, null],
  ['no exporter', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_EXPORTER: 'none' }, null],
])('%s', (_name, env, url) => {
  expect(resolve(env)?.url ?? null).toBe(url)
})

describe('with a collector', () => {
  const resolved = (env: Record<string, string>) => resolve({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', ...env })

  test.each([
    [{}, 'protobuf', 0],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, 'protobuf', 0],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'json', 0],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }, 'json', 0],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'protobuf', 1],
  ])('%j is %s', (env, format, warnings) => {
    const settings = resolved(env)
    expect([settings?.format, settings?.warnings.length]).toEqual([format, warnings])
  })

  test.each([
    [undefined, undefined, { followsParent: true, share: 1 }, 0],
    ['always_on', undefined, { followsParent: false, share: 1 }, 0],
    ['always_off', undefined, { followsParent: false, share: 0 }, 0],
    ['traceidratio', '0.25', { followsParent: false, share: 0.25 }, 0],
    ['parentbased_traceidratio', '0.25', { followsParent: true, share: 0.25 }, 0],
    ['parentbased_always_off', undefined, { followsParent: true, share: 0 }, 0],
    ['parentbased_traceidratio', 'most', { followsParent: true, share: 1 }, 1],
    ['jaeger_remote', undefined, { followsParent: true, share: 1 }, 1],
  ])('sampler %s %s', (sampler, arg, sampling, warnings) => {
    const env = {
      ...(sampler !== undefined && { OTEL_TRACES_SAMPLER: sampler }),
      ...(arg !== undefined && { OTEL_TRACES_SAMPLER_ARG: arg }),
    }
    expect(resolved(env)).toMatchObject({ sampling })
    expect(resolved(env)?.warnings).toHaveLength(warnings)
  })

  test('an address that is none is a problem of its variable', () => {
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector:4318' }
    expect(() => resolved(env)).toThrow(/OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: expected an http:\/\/ or https:\/\/ URL/)
    expect(() => resolve({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow(
      /OTEL_EXPORTER_OTLP_ENDPOINT: expected/,
    )
  })
})

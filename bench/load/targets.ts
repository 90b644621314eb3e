import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/**
 * Something to measure. In `command`, `env`, `files`, `ready` and `request`, the words `{port}` (where it has to
 * listen), `{upstream}` (URL of the scripted upstream), `{upstreamPort}` and `{dir}` (an empty folder of its own, with
 * `files` in it) are replaced.
 */
const targetSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/),
  comment: z.union([z.string(), z.array(z.string())]).optional(),
  /** Without one the scripted upstream itself is called. */
  command: z.array(z.string()).min(1).optional(),
  env: z.record(z.string(), z.string()).default({}),
  files: z.record(z.string().regex(/^[\w.-]+$/), z.string()).default({}),
  /** Answers 200 when the target can be measured. */
  ready: z.string().default('http://127.0.0.1:{port}/ready'),
  readyTimeoutMs: z.number().positive().default(20_000),
  request: z.strictObject({
    /** What the target speaks to its clients. */
    dialect: z.enum(['openai', 'anthropic']),
    path: z.string().startsWith('/'),
    headers: z.record(z.string(), z.string()).default({}),
    model: z.string().default('bench-model'),
  }),
  /** Measured in these only; all if absent. */
  scenarios: z.array(z.string()).optional(),
})

export type Target = z.output<typeof targetSchema>

const fileSchema = z.strictObject({
  comment: z.union([z.string(), z.array(z.string())]).optional(),
  targets: z.array(targetSchema),
})

/** @throws Error that names the file and each problem's path. */
export function readTargetsFile(file: string): readonly Target[] {
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}:\n${z.prettifyError(parsed.error)}`)
  return parsed.data.targets
}

const OPENAI = { dialect: 'openai', path: '/v1/chat/completions' } as const
const ANTHROPIC = { dialect: 'anthropic', path: '/v1/messages' } as const

/** The rate of everything is given as a share of this one. */
export const FLOOR = 'floor'
export const DIRECT = 'direct'
export const GATEWAY = 'gateway'

export const DEFAULT_TARGETS: readonly string[] = [DIRECT, 'passthrough', FLOOR, GATEWAY]

const LISTEN = ['--port', '{port}', '--upstream', '{upstream}']

export const BUILT_IN_TARGETS: readonly Target[] = [
  target({ name: DIRECT, request: ANTHROPIC }),
  target({
    name: 'passthrough',
    command: [process.execPath, beside('passthrough.js'), ...LISTEN],
    request: ANTHROPIC,
  }),
  target({ name: FLOOR, command: [process.execPath, beside('floor.js'), ...LISTEN], request: OPENAI }),
  target({ name: 'floor-scan', command: [process.execPath, beside('floor.js'), ...LISTEN, '--scan'], request: OPENAI }),
  gateway(GATEWAY, 'anthropic', { ...OPENAI, model: 'anthropic/bench-model' }),
  // The pass-through lanes: the same dialect in and out.
  gateway('gateway-anthropic', 'anthropic', { ...ANTHROPIC, model: 'anthropic/bench-model' }),
  gateway('gateway-openai', 'openai', { ...OPENAI, model: 'openai/bench-model' }),
]

function gateway(
  name: string,
  provider: 'anthropic' | 'openai',
  request: z.input<typeof targetSchema>['request'],
): Target {
  const baseUrl = provider === 'openai' ? '{upstream}/v1' : '{upstream}'
  return target({
    name,
    // The flag is that of `npm start` and of the launcher's first line.
    command: [
      process.execPath,
      '--max-semi-space-size=64',
      beside('../../../bin/llmrouter.js'),
      'serve',
      '--config',
      '{dir}/llmrouter.yaml',
    ],
    env: { NODE_ENV: 'production' },
    files: {
      'llmrouter.yaml': [
        'server: { host: 127.0.0.1, port: {port}, dataDir: "{dir}/data" }',
        'providers:',
        `  ${provider}: { type: ${provider}, apiKey: x, baseUrl: "${baseUrl}" }`,
        'cache: { store: "off" }',
        'telemetry: { logLevel: info }',
        '',
      ].join('\n'),
    },
    request,
  })
}

function target(input: z.input<typeof targetSchema>): Target {
  return targetSchema.parse(input)
}

function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

/** The target with every placeholder replaced. */
export function fillIn(target: Target, values: Readonly<Record<string, string>>): Target {
  const fill = (text: string): string =>
    text.replace(/\{(port|upstream|upstreamPort|dir)\}/g, (whole, name: string) => values[name] ?? whole)
  const fillAll = (record: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, fill(value)]))
  return {
    ...target,
    command: target.command?.map(fill),
    env: fillAll(target.env),
    files: fillAll(target.files),
    ready: fill(target.ready),
    request: { ...target.request, path: fill(target.request.path), headers: fillAll(target.request.headers) },
  }
}

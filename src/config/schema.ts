import * as z from 'zod'
import {
  apiKey,
  encryptionKey,
  headerName,
  headerValue,
  host,
  httpUrl,
  integer,
  keyHash,
  milliseconds,
  modelName,
  moment,
  origin,
  providerName,
  redisNode,
  redisUrl,
  section,
  share,
  text,
  usd,
  usdPerMTok,
} from './schema-parts.js'

/**
 * The whole configuration with its defaults: the one source of validation, of the editor's schema and of the messages.
 * What several keys mean together is checked in `check-references.ts` and `check-files.ts`.
 */

const server = section(
  {
    host: host
      .default('auto')
      .describe(
        'Address to listen on. auto: 127.0.0.1 without client keys, 0.0.0.0 with them. PORT and HOST of the environment win over the file.',
      ),
    port: integer(0, 65_535).default(8080).describe('Port to listen on; 0 takes any free one.'),
    maxBodyBytes: integer(1).default(10_485_760).describe('Longest request body; a longer one is a 413.'),
    maxConcurrentRequests: integer(1).default(4096).describe('More at once are answered with 503 overloaded.'),
    drainTimeoutMs: milliseconds(0).default(30_000).describe('How long open answers may take to end after SIGTERM.'),
    stalledClientMs: milliseconds().default(10_000).describe('A client that takes no byte for so long is closed.'),
    cors: section(
      { origins: z.array(origin).default([]).describe('Origins of web pages that may call the gateway; "*" is all.') },
      'Calls from web pages of other origins; none by default.',
    ),
    tls: z
      .strictObject({
        cert: text('a file name').describe('PEM file with the certificate and its chain.'),
        key: text('a file name').describe('PEM file with the private key.'),
      })
      .nullable()
      .default(null)
      .describe('HTTPS with this certificate. File names are relative to the configuration file.'),
    dataDir: text('a folder name')
      .nullable()
      .default(null)
      .describe('Where the cache lives. null: $XDG_DATA_HOME/llmrouter, else ~/.local/share/llmrouter.'),
  },
  'The HTTP server.',
)

const clientKey = z
  .strictObject({
    name: text().describe('Shown in logs and reports.'),
    hash: keyHash.describe('SHA-256 of the key, as `llmrouter keys` prints it. The key itself is written nowhere.'),
    tenant: text().optional().describe('Tenants never share cached answers. Default: the name of the key.'),
    models: z
      .array(modelName)
      .min(1)
      .default(['*'])
      .describe(
        'Models this key may use; a trailing * stands for any ending. auto chooses among the models listed with it, or among all if there are none.',
      ),
    expires: moment
      .nullable()
      .default(null)
      .describe('From this moment on the key is refused. A date is its start, UTC.'),
    rpm: integer(1).nullable().default(null).describe('Requests per minute; null: no limit.'),
    tpm: integer(1).nullable().default(null).describe('Tokens per minute; null: no limit.'),
    maxConcurrent: integer(1).nullable().default(null).describe('Requests at once; null: no limit.'),
    budgetUsdPerDay: usd().nullable().default(null).describe('Spend per day (UTC) in US dollars; null: no limit.'),
    budgetUsdPerMonth: usd().nullable().default(null).describe('Spend per month (UTC) in US dollars; null: no limit.'),
  })
  .transform((key) => ({ ...key, tenant: key.tenant ?? key.name }))

const auth = section(
  {
    keys: z.array(clientKey).default([]).describe('Client keys. None: the gateway is open.'),
    revokeOpenStreams: z
      .boolean()
      .default(false)
      .describe(
        'A key that is taken out of the file is refused at once. true: its answers under way are ended too, with an error.',
      ),
    assumedUsdPerMTok: usd()
      .default(10)
      .describe(
        'What a million tokens count for budgets when their cost is not known, in US dollars. The prices of models can be set in models.',
      ),
    adminKeyHash: keyHash
      .nullable()
      .default(null)
      .describe(
        'SHA-256 of the admin key. null: admin paths are open on an open loopback gateway and closed elsewhere.',
      ),
  },
  'Who may call the gateway.',
)

export const PROVIDER_TYPES = ['anthropic', 'gemini', 'openai', 'simulator'] as const

const provider = z
  .strictObject({
    type: z.enum(PROVIDER_TYPES).describe('What the provider speaks; openai is every OpenAI-compatible server.'),
    apiKey: apiKey
      .nullable()
      .default(null)
      .describe(`A key, best as "\${NAME}" of the environment. A variable that is not set turns the provider off.`),
    apiKeys: z
      .array(apiKey)
      .default([])
      .describe('Several keys, used in addition to apiKey. Unset variables are left out.'),
    baseUrl: httpUrl
      .nullable()
      .default(null)
      .describe(
        "Where the provider is; null: the vendor's own address. For openai it ends in /v1; for the others a trailing /v1 or /v1beta is optional.",
      ),
    headers: z.record(headerName, headerValue).default({}).describe('Headers to add to each call.'),
    proxy: httpUrl.nullable().default(null).describe('HTTP proxy to reach the provider through.'),
    caFile: text('a file name').nullable().default(null).describe('PEM file of a private certificate authority.'),
    models: z
      .array(modelName)
      .default([])
      .describe('Offer only these models; empty: all the provider is known to serve.'),
  })
  .describe('One provider.')

const price = z
  .strictObject({
    inputPerMTok: usdPerMTok().exactOptional(),
    outputPerMTok: usdPerMTok().exactOptional(),
    cachedInputPerMTok: usdPerMTok().exactOptional(),
    cacheWritePerMTok: usdPerMTok().exactOptional(),
    cacheWriteLongPerMTok: usdPerMTok().exactOptional(),
    audioInputPerMTok: usdPerMTok().exactOptional(),
  })
  .describe('US dollars per million tokens. What is left out is unknown, not free.')

const model = z
  .strictObject({
    id: modelName.describe('What clients write.'),
    provider: providerName
      .optional()
      .describe('Which provider serves it. May be left out for a model of the catalogue.'),
    upstreamName: modelName.optional().describe('What the provider calls it; default: the id.'),
    price: price.optional(),
    contextTokens: integer(1).optional().describe('Longest prompt and answer together.'),
    maxOutputTokens: integer(1).optional().describe('Longest answer.'),
    capabilities: z
      .array(text())
      .optional()
      .describe('What it can do: tools, vision, documents, audio, json-schema, reasoning, embeddings.'),
  })
  .describe('A model to add to the catalogue, or to change in it.')

const TARGET_SHAPES = 'exactly one of { quality }, { strongShare } and { threshold }, each from 0 to 1'

const routing = section(
  {
    auto: section(
      {
        cheap: modelName.nullable().default(null).describe('Model for easy prompts; null: chosen from what is on.'),
        strong: modelName.nullable().default(null).describe('Model for hard prompts; null: chosen from what is on.'),
        strategy: z.enum(['auto', 'cheapest', 'quality']).default('auto').describe('How `model: "auto"` is routed.'),
      },
      'What `model: "auto"` stands for.',
    ),
    target: z
      .union([
        z.strictObject({ quality: share().describe('Least expected quality, relative to the strong model.') }),
        z.strictObject({ strongShare: share().describe('Share of routed requests that goes to the strong model.') }),
        z.strictObject({ threshold: share().describe('Complexity score from which on the strong model is used.') }),
      ])
      .meta({ errorMessage: TARGET_SHAPES })
      .default({ quality: 0.98 })
      .describe('What routing aims at: { quality }, { strongShare } or { threshold }.'),
    sticky: z.boolean().default(true).describe('A conversation stays on its model.'),
    fallbacks: z
      .record(modelName, z.array(modelName).min(1))
      .default({})
      .describe('Models to try, in this order, when one cannot answer.'),
    shadow: section(
      {
        share: share().default(0).describe('Share of the cheap answers that the strong model gives too, unseen.'),
        budgetUsdPerDay: usd().default(1).describe('Most that shadow calls may cost a day.'),
      },
      'Measures how good the answers of the cheap model are, and learns from it.',
    ),
    escalate: z.boolean().default(false).describe('Ask the strong model when the cheap one gives up.'),
  },
  'Which model answers.',
)

const attempts = section(
  {
    max: integer(1, 100).default(3).describe('Most attempts of a request, the first included.'),
    retryBudgetMs: milliseconds(0).default(30_000).describe('Most time to spend on retries of a request.'),
    retryShare: share().default(0.2).describe('At most so much of the traffic may be retries.'),
    breaker: section(
      {
        windowMs: milliseconds().default(30_000).describe('How far back failures count.'),
        minRequests: integer(1).default(10).describe('With fewer requests in the window it stays closed.'),
        failureRatio: z.number().gt(0).max(1).default(0.5).describe('Share of failures that opens it.'),
        openMs: milliseconds().default(10_000).describe('How long it stays open before a trial.'),
      },
      'Leaves an upstream alone that fails too often.',
    ),
    hedge: section(
      {
        enabled: z.boolean().default(false).describe('Ask a second time when the first answer is late.'),
        percentile: z.number().gt(0).lt(1).default(0.95).describe('Late means above this percentile of first tokens.'),
        maxExtraShare: share().default(0.08).describe('At most so much of the traffic may be second calls.'),
      },
      'Second calls against slow first tokens.',
    ),
  },
  'Retries, breakers and second calls.',
)

const timeouts = section(
  {
    connectMs: milliseconds().default(5000).describe('Connecting to a provider.'),
    firstTokenMs: milliseconds().default(60_000).describe('From the request to its first token.'),
    idleMs: milliseconds().default(60_000).describe('Longest silence within an answer.'),
    totalMs: milliseconds().default(600_000).describe('The whole answer.'),
    keepAliveCommentMs: milliseconds().default(15_000).describe('A comment is sent into a stream silent for so long.'),
    commitHeadersMs: milliseconds(0)
      .nullable()
      .default(null)
      .describe('Send status and headers after so long even without a token. null: with the first token.'),
  },
  'How long things may take.',
)

const cache = section(
  {
    store: z.enum(['embedded', 'memory', 'redis', 'off']).default('embedded').describe('Where answers are kept.'),
    redis: section(
      {
        url: redisUrl.default('redis://localhost:6379').describe('REDIS_URL of the environment wins over the file.'),
        keyPrefix: z.string().max(256).default('llmrouter:').describe('Starts every key.'),
        cluster: z.array(redisNode).default([]).describe('Members of a cluster to start with, instead of url.'),
        sentinels: z.array(redisNode).default([]).describe('Sentinels to ask for the master, instead of url.'),
        sentinelName: text().nullable().default(null).describe('Name of the master the sentinels watch.'),
        tls: z.boolean().default(false).describe('Encrypt the connections.'),
        commandTimeoutMs: milliseconds().default(50).describe('After so long the cache is passed by.'),
      },
      'For store: redis.',
    ),
    ttlSeconds: integer(1).default(3600).describe('How long an answer is good.'),
    maxEntries: integer(1).default(50_000).describe('Above it the least useful are dropped.'),
    maxEntryBytes: integer(1).default(1_048_576).describe('Longer answers are not kept.'),
    maxTemperature: z
      .number()
      .min(0)
      .max(2)
      .nullable()
      .default(null)
      .describe('Requests with a higher temperature are not cached; null: all are.'),
    excludeModels: z.array(modelName).default([]).describe('Models whose answers are not cached.'),
    storePrompts: z.boolean().default(true).describe('false: only vectors, features and digests of prompts are kept.'),
    encryptionKey: encryptionKey
      .nullable()
      .default(null)
      .describe(`32 bytes in base64, best as "\${NAME}": entries are encrypted at rest (AES-256-GCM).`),
    semantic: section(
      {
        mode: z
          .enum(['bounded', 'threshold', 'off'])
          .default('bounded')
          .describe('bounded: answers only when it is right with the stated probability; threshold: plain cosine cut.'),
        maxFalseHitRate: share().default(0.05).describe('bounded: highest probability that a served hit is wrong.'),
        threshold: share().default(0.92).describe('threshold: least cosine similarity.'),
      },
      'Answers to prompts that mean the same.',
    ),
    audit: section(
      {
        share: share().default(0.05).describe('Share of semantic hits that is answered afresh and compared.'),
        budgetUsdPerDay: usd().default(1).describe('Most that audits may cost a day.'),
        judgeModel: modelName.nullable().default(null).describe('Model that compares the answers; null: without one.'),
      },
      'Measures how often hits are wrong.',
    ),
    replay: section(
      {
        mode: z.enum(['instant', 'paced', 'recorded']).default('instant').describe('How a cached answer streams.'),
        tokensPerSecond: z.number().gt(0).max(1e6).default(80).describe('For mode: paced.'),
      },
      'How cached answers are streamed.',
    ),
  },
  'The answer cache.',
)

const inference = section(
  {
    threads: z
      .union([z.literal('auto'), integer(1, 256)])
      .default('auto')
      .describe('Worker threads; auto: by the number of cores.'),
    embedder: text().default('auto').describe('Embedding model; auto: the best one that is installed.'),
    maxQueue: integer(1).default(1024).describe('More waiting tasks are refused, and the request goes on without.'),
    deadlineMs: milliseconds().default(50).describe('Longest a request waits for its analysis.'),
    mirror: httpUrl.nullable().default(null).describe('Where to fetch models from instead of their origin.'),
  },
  'Embedding and classification in worker threads.',
)

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const telemetry = section(
  {
    logLevel: z.enum(LOG_LEVELS).default('info').describe('LOG_LEVEL of the environment wins over the file.'),
    logPrompts: z.boolean().default(false).describe('Write prompts and answers to the log.'),
    metricsPort: integer(0, 65_535).nullable().default(null).describe('A port of its own for /metrics.'),
    metricsAuth: z.boolean().default(false).describe('/metrics needs the admin key.'),
    otlpEndpoint: httpUrl
      .nullable()
      .default(null)
      .describe(
        'OpenTelemetry collector to send traces to, by OTLP over HTTP: http://localhost:4318. OTEL_EXPORTER_OTLP_ENDPOINT of the environment wins over the file.',
      ),
  },
  'Logs, metrics and traces.',
)

export const configSchema = z
  .strictObject({
    server,
    strict: z.boolean().default(false).describe('A field that would be dropped is a 400.'),
    auth,
    providers: z
      .record(providerName, provider)
      .default({})
      .describe('Providers by name. Those with a key in the environment need no entry.'),
    models: z.array(model).default([]).describe('Additions to the shipped catalogue, and changes of it.'),
    aliases: z.record(modelName, modelName).default({}).describe('Other names for models: fast: claude-haiku-5-5.'),
    routing,
    attempts,
    timeouts,
    cache,
    inference,
    telemetry,
  })
  .describe('Configuration of llmrouter.')

export type ParsedConfig = z.output<typeof configSchema>

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** A complete configuration. Frozen: a reload makes another one. */
export type Config = DeepReadonly<ParsedConfig>
export type ProviderConfig = Config['providers'][string]
export type ProviderType = (typeof PROVIDER_TYPES)[number]

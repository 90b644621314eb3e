/** Imports point one way: core ← sse, config, routing ← dialects, providers ← IO ← pipeline ← http ← main. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [...allowed, from] },
})

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    // The launcher and the processes that tests start import the build, which need not be there yet.
    {
      name: 'resolvable',
      severity: 'error',
      from: { pathNot: '^(bin/llmrouter|test/(inference|cache|ledger)/children/)' },
      to: { couldNotResolve: true },
    },
    only('core-imports-nothing', '^src/core/', [], 'core is the innermost ring.'),
    only('sse-sees-core', '^src/sse/', ['^src/core/'], 'sse is pure.'),
    only('attempts-see-core', '^src/attempts/', ['^src/core/'], 'When to try again is a pure decision.'),
    only(
      'dialects-see-core-and-sse',
      '^src/dialects/',
      ['^src/core/', '^src/sse/'],
      'dialects are pure and know no provider.',
    ),
    only(
      'providers-see-core-and-sse',
      '^src/providers/',
      ['^src/core/', '^src/sse/'],
      'providers are pure and know no dialect.',
    ),
    only(
      'catalogue-sees-core',
      '^src/catalogue/',
      ['^src/core/', '^(node:)?fs$', 'node_modules/(fastest-levenshtein|@pydantic/genai-prices)/'],
      'The catalogue is data.',
    ),
    only('routing-sees-core', '^src/routing/', ['^src/core/'], 'routing is pure.'),
    only(
      'routing-data-sees-routing',
      '^src/routing-data/',
      ['^src/core/', '^src/routing/', '^(node:)?(fs|path)(/|$)', 'node_modules/zod/'],
      'What routing knows, as files.',
    ),
    only(
      'config-sees-core',
      '^src/config/',
      ['^src/core/', '^(node:)?(fs|path|os|crypto|url|events)(/|$)', 'node_modules/(zod|yaml|fastest-levenshtein)/'],
      'config reads files and knows nobody.',
    ),
    only(
      'transport-sees-core',
      '^src/transport/',
      ['^src/core/', '^(node:)?(http|https|net|tls|stream|fs|url)(/|$)', 'node_modules/uWebSockets.js/'],
      'transport is a rim.',
    ),
    only(
      'upstream-sees-core',
      '^src/upstream/',
      [
        '^src/core/',
        '^src/sse/',
        '^src/providers/',
        '^(node:)?(fs|tls|buffer|net|dns|crypto)(/|$)',
        'node_modules/undici/',
      ],
      'upstream is a rim.',
    ),
    only(
      'telemetry-sees-core',
      '^src/telemetry/',
      [
        '^src/core/',
        'node_modules/(pino|hdr-histogram-js|prom-client|@opentelemetry)/',
        '^(node:)?(fs|os|crypto)(/|$)',
      ],
      'telemetry is a rim.',
    ),
    only(
      'relay-sees-the-pure-ring-and-the-ports',
      '^src/relay/',
      [
        '^src/core/',
        '^src/sse/',
        '^src/dialects/dialect',
        '^src/providers/provider',
        '^src/transport/transport',
        '^src/upstream/upstream',
      ],
      'relay moves bytes between ports.',
    ),
    only(
      'inference-sees-core',
      '^src/inference/',
      ['^src/core/', '^(node:)?(worker_threads|os|url|path|perf_hooks)(/|$)', 'node_modules/piscina/'],
      'inference hands work to threads and knows nobody.',
    ),
    only(
      'calibrate-sees-core-and-the-pool',
      '^src/calibrate/',
      ['^src/core/', '^src/inference/(contract|inference-pool)', '^(node:)?(fs|readline|stream|zlib)(/|$)'],
      'Calibration reads labels and asks the pool; where the result goes is not its business.',
    ),
    only(
      'model-registry-sees-core',
      '^src/model-registry/',
      [
        '^src/core/',
        '^(node:)?(fs|path|os|url|crypto|stream|events|timers)(/|$)',
        'node_modules/(zod|undici|fastest-levenshtein)/',
      ],
      'The registry reads, checks and fetches model files.',
    ),
    only(
      'cache-sees-core',
      '^src/cache/',
      [
        '^src/core/',
        '^(node:)?(crypto|os|fs|path|url|events|util|worker_threads|child_process|module)(/|$)',
        'node_modules/(zod|lmdb|ioredis)/',
      ],
      'The cache knows requests and answers, and nobody who serves them.',
    ),
    only(
      'ledger-sees-core-and-the-doors-of-the-stores',
      '^src/ledger/',
      ['^src/core/', '^src/cache/store/(embedded/data-file|redis/(connect-redis|scan-keys))', '^(node:)?crypto$'],
      'The ledger adds up what was settled, beside the cache.',
    ),
    only(
      'workers-see-core-and-the-contract',
      '^workers/',
      [
        '^src/core/',
        '^src/inference/(contract|native-gate)',
        '^src/cache/index/(link-graphs|link-orders|vector-arena)',
        '^(node:)?(fs|worker_threads|perf_hooks)(/|$)',
        'node_modules/(onnxruntime-node|onnxruntime-common|@huggingface/tokenizers|piscina)/',
      ],
      'A thread shares pure code, a contract and memory with the main thread.',
    ),
    {
      name: 'one-door-for-piscina',
      severity: 'error',
      from: { pathNot: '^(src/inference/pool|workers/|test/)' },
      to: { path: 'node_modules/piscina/' },
    },
    {
      name: 'onnx-only-in-workers',
      severity: 'error',
      from: { pathNot: '^(workers/|bench/|test/)' },
      to: { path: 'node_modules/(onnxruntime-node|@huggingface/tokenizers)/' },
    },
    {
      name: 'one-door-for-uws',
      severity: 'error',
      from: { pathNot: '^(src/transport/uws|bench/)' },
      to: { path: 'node_modules/uWebSockets.js/' },
    },
    {
      name: 'one-door-for-genai-prices',
      severity: 'error',
      from: { pathNot: '^src/catalogue/older-prices' },
      to: { path: 'node_modules/@pydantic/genai-prices/' },
    },
    {
      name: 'one-door-for-undici',
      severity: 'error',
      from: { pathNot: '^(src/upstream/|src/model-registry/download|bench/|test/)' },
      to: { path: 'node_modules/undici/' },
    },
    {
      name: 'one-door-for-lmdb',
      severity: 'error',
      from: { pathNot: '^src/cache/store/embedded/data-file' },
      to: { path: 'node_modules/lmdb/' },
    },
    {
      name: 'one-door-for-ioredis',
      severity: 'error',
      from: { pathNot: '^(src/cache/store/redis/connect-redis|test/)' },
      to: { path: 'node_modules/ioredis/' },
    },
    {
      name: 'one-door-for-hdr-histogram-js',
      severity: 'error',
      from: { pathNot: '^(src/telemetry/latency/|bench/|test/)' },
      to: { path: 'node_modules/hdr-histogram-js/' },
    },
    {
      name: 'one-door-for-prom-client',
      severity: 'error',
      from: { pathNot: '^(src/telemetry/prometheus/|test/)' },
      to: { path: 'node_modules/prom-client/' },
    },
    {
      name: 'one-door-for-pino',
      severity: 'error',
      from: { pathNot: '^src/telemetry/' },
      to: { path: 'node_modules/pino/' },
    },
    {
      name: 'one-door-for-opentelemetry',
      severity: 'error',
      from: { pathNot: '^src/telemetry/traces/otlp-collector' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    // Loaded only where traces are wanted.
    {
      name: 'opentelemetry-comes-late',
      severity: 'error',
      from: {},
      to: { path: '^src/telemetry/traces/otlp-collector', dependencyTypes: ['import'] },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|cli/)' },
      to: { path: '^src/main' },
    },
    { name: 'src-knows-no-tests', severity: 'error', from: { path: '^(src|bin)/' }, to: { path: '^(test|bench)/' } },
    {
      name: 'no-clock-or-io-in-the-middle',
      severity: 'error',
      from: { path: '^src/(core|sse|dialects|providers|routing|attempts)/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What the compiler makes of the sources has been checked as such.
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}

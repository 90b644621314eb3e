import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { packageRoot } from '../../src/package-root.js'
import { describeWith } from './prometheus-tools.js'
import { chartsOf, fillIn, type Panel, readDashboard } from './read-dashboard.js'

const dashboard = readDashboard()
const charts = chartsOf(dashboard)

/** What people look for, and the query that has to be behind it. */
const SHOWN: readonly { readonly what: string; readonly query: RegExp; readonly type?: string }[] = [
  { what: 'traffic', query: /llmrouter_requests_total/ },
  { what: 'errors', query: /llmrouter_request_errors_total/ },
  { what: 'first token, percentiles', query: /histogram_quantile.*time_to_first_token/, type: 'timeseries' },
  { what: 'first token, heat map', query: /time_to_first_token_seconds_bucket/, type: 'heatmap' },
  { what: 'between tokens, percentiles', query: /histogram_quantile.*inter_token_latency/, type: 'timeseries' },
  { what: 'between tokens, heat map', query: /inter_token_latency_seconds_bucket/, type: 'heatmap' },
  { what: 'tokens', query: /llmrouter_tokens_total/ },
  { what: 'cost', query: /llmrouter_cost_usd_total/ },
  { what: 'savings of the cache', query: /cost_saved_by_cache_usd_total/ },
  { what: 'savings of routing', query: /cost_saved_by_routing_usd_total/ },
  { what: 'hit rate', query: /cache_status="HIT"/ },
  { what: 'false hits', query: /cache_false_hit_ratio\b/ },
  { what: 'their interval', query: /cache_false_hit_ratio_upper/ },
  { what: 'similarity', query: /cache_similarity_score_bucket/ },
  { what: 'routing share', query: /routing_decisions_total/ },
  { what: 'scores', query: /complexity_score_bucket/, type: 'heatmap' },
  { what: 'pool', query: /pool_queue_depth/ },
  { what: 'event loop', query: /event_loop_lag_seconds/ },
  { what: 'breaker', query: /upstream_breaker_state/, type: 'state-timeline' },
  { what: 'Redis', query: /cache_store_up/ },
]

test.each(SHOWN)('it shows $what', ({ query, type }) => {
  const panel = charts.find(
    (candidate) =>
      (type === undefined || candidate.type === type) && candidate.targets?.some(({ expr }) => query.test(expr)),
  )
  expect(panel).toBeDefined()
})

test('each panel has a place, a name and a number of its own', () => {
  const { panels } = dashboard
  expect(charts.length).toBeGreaterThanOrEqual(16)
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
  for (const panel of panels) {
    expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24)
    expect(panels.filter((other) => overlap(panel, other)).map(({ title }) => title)).toEqual([panel.title])
  }
})

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

test('each query goes where the reader chose, and stands by its letter', () => {
  for (const { targets = [], title } of charts) {
    expect(targets, title).not.toHaveLength(0)
    expect(targets.map(({ datasource }) => datasource.uid)).toEqual(targets.map(() => '${' + 'datasource}'))
    expect(targets.map(({ refId }) => refId)).toEqual(['A', 'B', 'C'].slice(0, targets.length))
  }
})

test('what is provisioned finds its files and its Prometheus', () => {
  const folder = join(packageRoot(), 'deploy/grafana/provisioning')
  const yaml = (path: string) => parse(readFileSync(join(folder, path), 'utf8'))
  const compose = parse(readFileSync(join(packageRoot(), 'docker-compose.yml'), 'utf8'))
  const mounts: readonly string[] = compose.services.grafana.volumes
  const [provider] = yaml('dashboards/llmrouter.yml').providers
  expect(mounts).toContain(`./deploy/grafana/dashboards:${provider.options.path}:ro`)
  const home: string = compose.services.grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH
  expect(existsSync(join(packageRoot(), 'deploy/grafana/dashboards', home.replace(provider.options.path, '')))).toBe(
    true,
  )
  const [source] = yaml('datasources/prometheus.yml').datasources
  expect(Object.keys(compose.services)).toContain(new URL(source.url).hostname)
  const { global } = parse(readFileSync(join(packageRoot(), 'deploy/prometheus/prometheus.yml'), 'utf8'))
  expect(source.jsonData.timeInterval).toBe(global.scrape_interval)
})

describeWith(['promtool'], 'its queries', () => {
  test('are all PromQL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'llmrouter-queries-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const rules = charts.flatMap(({ id, targets = [] }) =>
      targets.map(({ expr, refId }) => ({ record: `panel_${id}_${refId}`, expr: fillIn(expr, '1m') })),
    )
    writeFileSync(join(folder, 'queries.yml'), stringify({ groups: [{ name: 'queries', rules }] }))
    const output = execFileSync('promtool', ['check', 'rules', join(folder, 'queries.yml')], { encoding: 'utf8' })
    expect(output).toContain(`SUCCESS: ${rules.length} rules found`)
  })
})

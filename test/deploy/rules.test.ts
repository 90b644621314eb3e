import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { packageRoot } from '../../src/package-root.js'
import { describeWith } from './prometheus-tools.js'
import { RULE_FILES, readRules } from './read-rules.js'

const root = packageRoot()

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[]
  }[]
}

describeWith(['promtool'], 'the rules of Prometheus', () => {
  test('are valid, and so is the file that names them', () => {
    const output = execFileSync('promtool', ['check', 'config', 'deploy/prometheus/prometheus.yml'], { cwd: root })
    expect(String(output)).toMatch(/2 rule files found/)
    const { status, stdout } = spawnSync('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ...RULE_FILES], {
      cwd: root,
    })
    expect([status, String(stdout)]).toEqual([0, expect.stringContaining('SUCCESS')])
  })

  test('go off when they should, and only then', { timeout: 120_000 }, () => {
    const { status, stderr, stdout } = spawnSync('promtool', ['test', 'rules', 'test/deploy/alerts.test.yml'], {
      cwd: root,
    })
    expect([status, String(stdout) + String(stderr)]).toEqual([0, expect.stringContaining('SUCCESS')])
  })
})

test('each alert is seen going off, and says how bad it is', () => {
  const { tests } = parse(readFileSync(join(root, 'test/deploy/alerts.test.yml'), 'utf8')) as RuleTests // our own
  const seen = tests.flatMap(({ alert_rule_test = [] }) =>
    alert_rule_test.flatMap(({ alertname, exp_alerts }) => (exp_alerts.length > 0 ? [alertname] : [])),
  )
  const alerts = readRules().filter(({ alert }) => alert !== undefined)
  expect([...new Set(seen)].toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted())
  for (const { labels } of alerts) expect(labels?.severity).toMatch(/^(warning|critical)$/)
})

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Namespace, Secret, Service, ServiceAccount } from 'kubernetes-models/v1'
import ts from 'typescript'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { valueAt } from '../../src/config/config-path.js'
import { loadConfig } from '../../src/config/load.js'
import { packageRoot } from '../../src/package-root.js'

const folder = join(packageRoot(), 'deploy/kubernetes')

interface Manifest {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
}

const files = readdirSync(folder).filter((name) => name !== 'kustomization.yaml')
const manifests = files.flatMap(
  (name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => document.toJS() as Manifest), // checked below
)

/** By the schemas of the Kubernetes API, and of the Prometheus operator. */
const KINDS = {
  ...{ ConfigMap, Deployment, HorizontalPodAutoscaler, Namespace, PodDisruptionBudget, Secret, Service },
  ...{ ServiceAccount, ServiceMonitor, StatefulSet },
} as Readonly<Record<string, { new (manifest: object): { validate(): void } }>> // all are made alike

const MODULES: Readonly<Record<string, string>> = {
  v1: 'kubernetes-models/v1',
  'apps/v1': 'kubernetes-models/apps/v1',
  'autoscaling/v2': 'kubernetes-models/autoscaling/v2',
  'policy/v1': 'kubernetes-models/policy/v1',
  'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
}

test.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
  '%s %s is as the API wants it',
  (kind, _name, manifest) => {
    const Kind = KINDS[kind]
    if (Kind === undefined) throw new Error(`Nothing here knows a ${kind}.`)
    expect(() => new Kind(manifest).validate()).not.toThrow()
  },
)

/** The schemas let any field pass; the types do not. */
test('no field is spelled wrong', { timeout: 120_000 }, () => {
  const file = join(packageRoot(), 'test/deploy/manifests.generated.ts')
  const source = manifests
    .map(({ apiVersion, kind, ...rest }, index) => {
      const literal = JSON.stringify({ apiVersion, kind, ...rest })
      return `const m${index}: import('${MODULES[apiVersion]}').I${kind} = ${literal}\nexport { m${index} }\n`
    })
    .join('')
  expect(typeErrors(file, source)).toEqual([])
  expect(typeErrors(file, source.replace('"readinessProbe"', '"readynessProbe"'))).not.toEqual([])
})

function typeErrors(file: string, source: string): readonly string[] {
  const options = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    noEmit: true,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest)
  const program = ts.createProgram([file], { ...options, skipLibCheck: true }, host)
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('the kustomization names every file, and no other', () => {
  const { resources } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] } // our own
  expect(resources.toSorted()).toEqual(files.toSorted())
})

/** A part of a manifest, by its path. */
function at(kind: string, path: string, name = 'llmrouter'): unknown {
  const manifest = manifests.find((candidate) => candidate.kind === kind && candidate.metadata.name === name)
  return valueAt(manifest, path.split('.'))
}

describe('together they fit', () => {
  test('services, budget and monitor select the pods, and the monitor the service', () => {
    const labels = at('Deployment', 'spec.template.metadata.labels')
    expect(at('Service', 'spec.selector')).toEqual(labels)
    expect(at('PodDisruptionBudget', 'spec.selector.matchLabels')).toEqual(labels)
    expect(at('Deployment', 'spec.selector.matchLabels')).toEqual(labels)
    expect(at('Service', 'metadata.labels')).toEqual(at('ServiceMonitor', 'spec.selector.matchLabels'))
    expect(at('Service', 'spec.ports.0.name')).toBe(at('ServiceMonitor', 'spec.endpoints.0.port'))
    expect(at('HorizontalPodAutoscaler', 'spec.scaleTargetRef')).toMatchObject({
      kind: 'Deployment',
      name: 'llmrouter',
    })
  })

  test('the configuration is valid, and leads to the Redis that comes with it', () => {
    const text = String(valueAt(at('ConfigMap', 'data'), ['llmrouter.yaml']))
    const file = join(mkdtempSync(join(tmpdir(), 'llmrouter-kubernetes-')), 'llmrouter.yaml')
    onTestFinished(() => rmSync(dirname(file), { recursive: true }))
    writeFileSync(file, text)
    const env = { ...Object(at('Secret', 'stringData')), HOST: '0.0.0.0' }
    const { config } = loadConfig({ file, env, cwd: '/nowhere' })
    expect(config.cache).toMatchObject({ store: 'redis', redis: { url: 'redis://llmrouter-redis:6379' } })
    expect(at('Service', 'spec.ports.0.port', 'llmrouter-redis')).toBe(6379)
  })

  test('a pod is asked whether it is ready, has the time to drain, and no rights', () => {
    const pod = 'spec.template.spec'
    const gateway = `${pod}.containers.0`
    const { config } = loadConfig({ env: {}, cwd: '/nowhere' })
    const preStopSeconds = Number(at('Deployment', `${gateway}.lifecycle.preStop.exec.command.1`))
    const graceSeconds = Number(at('Deployment', `${pod}.terminationGracePeriodSeconds`))
    expect(graceSeconds).toBeGreaterThan(config.server.drainTimeoutMs / 1000 + preStopSeconds)
    const probe = (name: string) => at('Deployment', `${gateway}.${name}.httpGet.path`)
    expect(['startupProbe', 'readinessProbe', 'livenessProbe'].map(probe)).toEqual(['/ready', '/ready', '/healthz'])
    expect(at('Deployment', `${gateway}.securityContext`)).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(at('Deployment', `${pod}.securityContext.runAsNonRoot`)).toBe(true)
  })
})

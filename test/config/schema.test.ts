import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { configJsonSchema, type JsonSchemaNode, plainJsonSchema } from '../../src/config/json-schema.js'
import { loadConfig } from '../../src/config/load.js'
import { loadText, temporaryFolder } from './load-text.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

test('the committed JSON Schema is that of the code; `npm run schema` writes it anew', () => {
  const committed: unknown = JSON.parse(readFileSync(`${ROOT}config.schema.json`, 'utf8'))
  expect(committed).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
})

/** Every leaf of the schema, as a dotted path. */
function leaves(node: JsonSchemaNode, path: string): readonly string[] {
  const children = Object.entries(node.properties ?? {})
  if (children.length > 0)
    return children.flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`))
  const inner = [node.items, node.additionalProperties].filter((child) => typeof child === 'object')
  return inner.length > 0 ? [path, ...inner.flatMap((child) => leaves(child, path))] : [path]
}

/** Every node with a description wanted: keys, not the values of lists and records. */
function undescribed(node: JsonSchemaNode, path: string): readonly string[] {
  const children = Object.entries(node.properties ?? {})
  return children.flatMap(([key, child]) => [
    ...(child.description === undefined ? [`${path}.${key}`] : []),
    ...undescribed(child, `${path}.${key}`),
  ])
}

test('every key has a description for editors', () => {
  expect(undescribed(plainJsonSchema(), '')).toEqual([])
})

describe('the example file', () => {
  const file = `${ROOT}llmrouter.example.yaml`
  const text = readFileSync(file, 'utf8')

  test('is valid, and means nothing but the defaults', () => {
    const env = { ANTHROPIC_API_KEY: 'k' }
    const example = loadConfig({ file, env, cwd: temporaryFolder() })
    const defaults = loadConfig({ env, cwd: temporaryFolder() })
    expect(example.config).toEqual(defaults.config)
    expect(example.warnings).toEqual([])
    expect(loadConfig({ file, env: {}, cwd: temporaryFolder() }).providersOff).toEqual([
      { name: 'anthropic', reason: 'ANTHROPIC_API_KEY is not set' },
    ])
  })

  test('names every key there is', () => {
    const missing = leaves(plainJsonSchema(), '').filter((path) => {
      const key = path.split('.').at(-1) ?? ''
      return !new RegExp(`(?:^|[\\s{])${key}:`, 'm').test(text)
    })
    expect(missing).toEqual([])
  })

  test('tells editors where its schema is', () => {
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./config.schema.json')
  })

  test('stays valid with its commented examples switched on', () => {
    const [first, ...lines] = text.split('\n')
    const enabled = lines
      .map((line) => line.replace(/^(\s*)# ((?:- | {2})*[\w-]+:(?: .*)?)$/, '$1$2'))
      .join('\n')
      .replace(/^( *(?:keys|models)): \[\]\n(?=\s*- )/gm, '$1:\n')
      .replace('sha256:…', `sha256:${'0'.repeat(64)}`)
    const { config } = loadText(`${first}\n${enabled}`)
    expect(config.auth.keys).toMatchObject([{ name: 'team-a', tenant: 'a' }])
    expect(config.models).toMatchObject([{ id: 'our-model', provider: 'local', price: { outputPerMTok: 0.4 } }])
    expect(config.providers).toHaveProperty('local')
  })
})

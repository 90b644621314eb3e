import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { resolveDataDir } from '../../src/config/data-dir.js'
import { loadConfig } from '../../src/config/load.js'
import { resolveHost } from '../../src/config/resolve-host.js'
import { errorOf, loadText, temporaryFolder } from './load-text.js'

const TLS = fileURLToPath(new URL('../fixtures/tls/', import.meta.url))

/** A folder with a configuration in `conf/` and certificates beside it. */
function load(text: string) {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'conf'))
  for (const name of ['ca.pem', 'server.pem', 'server-key.pem', 'stranger-key.pem']) {
    copyFileSync(join(TLS, name), join(cwd, 'conf', name))
  }
  writeFileSync(join(cwd, 'conf', 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  writeFileSync(join(cwd, 'conf', 'file.yaml'), text)
  return { cwd, run: () => loadConfig({ file: 'conf/file.yaml', env: { HOME: '/home/someone' }, cwd }) }
}

describe('file names', () => {
  test('start at the folder of the configuration file, or at home', () => {
    const { cwd, run } = load(
      'server: { tls: { cert: server.pem, key: ./server-key.pem }, dataDir: ~/data }\nproviders: { o: { type: openai, apiKey: k, caFile: ca.pem } }',
    )
    const { config } = run()
    expect(config.server.tls).toEqual({ cert: join(cwd, 'conf/server.pem'), key: join(cwd, 'conf/server-key.pem') })
    expect(config.server.dataDir).toBe('/home/someone/data')
    expect(config.providers.o?.caFile).toBe(join(cwd, 'conf/ca.pem'))
  })

  test.each([
    ['cert: missing.pem, key: server-key.pem', 'server.tls.cert', /there is no such file/],
    ['cert: server.pem, key: .', 'server.tls.key', /it is a folder/],
    ['cert: server-key.pem, key: server-key.pem', 'server.tls.cert', /another content/],
    ['cert: broken.pem, key: server-key.pem', 'server.tls.cert', /another content/],
    ['cert: server.pem, key: server.pem', 'server.tls.key', /another content/],
    ['cert: server.pem, key: stranger-key.pem', 'server.tls.key', /the key of another certificate/],
  ])('of TLS are looked into: %s', (tls, path, found) => {
    expect(errorOf(load(`server: { tls: { ${tls} } }`).run).problems).toEqual([
      expect.objectContaining({ path, found: expect.stringMatching(found), line: 1 }),
    ])
  })

  test.each([
    ['missing.pem', /there is no such file/],
    ['broken.pem', /another content/],
    ['file.yaml', /another content/],
  ])('of certificate authorities are looked into: %s', (name, found) => {
    expect(errorOf(load(`providers: { o: { type: openai, caFile: ${name} } }`).run).problems).toEqual([
      expect.objectContaining({ path: 'providers.o.caFile', found: expect.stringMatching(found) }),
    ])
  })
})

describe('the data folder', () => {
  const plain = loadText.bind(undefined, '')

  test('is as configured, else as XDG says, else below home', () => {
    expect(resolveDataDir(plain({ LLMROUTER_DATA_DIR: '/data' }).config, {})).toBe('/data')
    expect(resolveDataDir(plain().config, { XDG_DATA_HOME: '/xdg', HOME: '/h' })).toBe('/xdg/llmrouter')
    expect(resolveDataDir(plain().config, { XDG_DATA_HOME: 'relative', HOME: '/h' })).toBe('/h/.local/share/llmrouter')
    expect(resolveDataDir(plain().config, { XDG_DATA_HOME: '', HOME: '/h' })).toBe('/h/.local/share/llmrouter')
  })
})

describe('the host', () => {
  const keys = `auth: { keys: [{ name: a, hash: "sha256:${'0'.repeat(64)}" }] }`
  test.each([
    ['', '127.0.0.1'],
    [keys, '0.0.0.0'],
    ['server: { host: 10.1.2.3 }', '10.1.2.3'],
    [`${keys}\nserver: { host: localhost }`, 'localhost'],
  ])('follows the client keys unless it is stated: %s', (text, host) => {
    expect(resolveHost(loadText(text).config)).toBe(host)
  })
})

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** One file of the page at `/`, ready to be sent. */
export interface PageFile {
  readonly contentType: string
  /** Its name in the browser changes with its content. */
  readonly isImmutable: boolean
  readonly etag: string
  readonly body: Uint8Array
  readonly gzipped: Uint8Array
}

/** @param path `''` for the page itself, `<version>/<name>` for what it loads */
export type FindPageFile = (path: string) => Promise<PageFile | undefined>

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const INDEX = 'index.html'
const compress = promisify(gzip)

/** Reads the folder when somebody first asks. All names hold one version, so that no browser ever mixes two of them. */
export function createPageFiles(folder: string): FindPageFile {
  let loading: Promise<ReadonlyMap<string, PageFile>> | undefined
  return async (path) => {
    loading ??= loadFiles(folder).catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return (await loading).get(path)
  }
}

async function loadFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sources = await Promise.all(
    paths.sort().map(async (path) => ({ name: nameIn(folder, path), body: await readFile(path) })),
  )
  const version = versionOf(sources)
  const modules = sources.flatMap(({ name }) => (name.endsWith('.js') ? name : []))
  const files = sources.map(async ({ body, name }): Promise<[string, PageFile]> => {
    if (name !== INDEX) return [`${version}/${name}`, await fileOf(name, body)]
    return ['', await fileOf(name, Buffer.from(indexFor(body.toString(), version, modules)))]
  })
  return new Map(await Promise.all(files))
}

function nameIn(folder: string, path: string): string {
  return path
    .slice(folder.length)
    .split(sep)
    .filter((part) => part !== '')
    .join('/')
}

function versionOf(sources: readonly { readonly name: string; readonly body: Uint8Array }[]): string {
  const hash = createHash('sha256')
  for (const { body, name } of sources) hash.update(`${name} ${body.byteLength}\n`).update(body)
  return hash.digest('hex').slice(0, 16)
}

/** Modules are named at once, or the browser would find them one import after the other. */
function indexFor(html: string, version: string, modules: readonly string[]): string {
  const preloads = modules.map((name) => `<link rel="modulepreload" href="assets/${version}/${name}">`)
  return html.replaceAll('"assets/', `"assets/${version}/`).replace('<!-- modules -->', preloads.join('\n    '))
}

async function fileOf(name: string, body: Uint8Array): Promise<PageFile> {
  return {
    contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    isImmutable: name !== INDEX,
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
    body,
    gzipped: await compress(body),
  }
}

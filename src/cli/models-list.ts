import { checkModel, type ModelState } from '../model-registry/check-files.js'
import { fingerprint } from '../model-registry/fingerprint.js'
import type { ManifestModel } from '../model-registry/manifest.js'
import { modelFolder } from '../model-registry/model-folder.js'
import { openRegistry, type RegistryOptions } from './models-registry.js'

/** A row of `llmrouter models list --json`. */
interface ModelRow {
  readonly name: string
  readonly version: string
  readonly kind: ManifestModel['kind']
  readonly origin: 'bundled' | 'remote'
  /** Null: it has none. */
  readonly dimension: number | null
  readonly status: ModelState['status']
  /** Of all its files; null: they have not been made yet, like the fingerprint. */
  readonly bytes: number | null
  readonly fingerprint: string | null
  readonly licence: string
  readonly folder: string
  readonly description: string
}

const STATUS_WORDS: Readonly<Record<ModelState['status'], string>> = {
  installed: 'yes',
  absent: 'no',
  damaged: 'damaged',
  unmade: 'not yet made',
}

export async function listModels({
  json,
  ...options
}: RegistryOptions & { readonly json?: boolean }): Promise<boolean> {
  const { manifest, places } = openRegistry(options)
  const rows = await Promise.all(manifest.models.map((model) => describeModel(model, modelFolder(model, places))))
  process.stdout.write(json === true ? `${JSON.stringify(rows, null, 2)}\n` : renderTable(rows))
  return true
}

async function describeModel(model: ManifestModel, folder: string): Promise<ModelRow> {
  const { status } = await checkModel(model, folder)
  const { name, version, kind, licence, description } = model
  return {
    ...{ name, version, kind },
    origin: model.origin.kind,
    dimension: model.kind === 'embedder' ? model.dimension : null,
    status,
    bytes: status === 'unmade' ? null : model.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0),
    fingerprint: status === 'unmade' ? null : fingerprint(model),
    ...{ licence, folder, description },
  }
}

function renderTable(rows: readonly ModelRow[]): string {
  const header = ['NAME', 'VERSION', 'KIND', 'DIMENSION', 'INSTALLED', 'SIZE', 'LICENCE']
  const cells = rows.map((row) => [
    row.name,
    row.version,
    row.kind,
    String(row.dimension ?? '-'),
    STATUS_WORDS[row.status],
    row.bytes === null ? '-' : formatMegabytes(row.bytes),
    row.licence,
  ])
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${[header, ...cells].map(line).join('\n')}\n`
}

/** Decimal, as disks and downloads are sold. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

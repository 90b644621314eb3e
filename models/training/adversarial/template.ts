import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** One way of writing prompts, and one way in which two of them differ so that they want two answers. */
export interface Template {
  readonly name: string
  readonly domain: string
  /** What the near misses turn on: `number`, `order`, `negation` … */
  readonly kind: string
  /** Of prompts that all mean the same, with `{slot}`s. */
  readonly wordings: readonly string[]
  /** Of the prompts that want another answer; empty where `vary` makes them. */
  readonly contrary: readonly string[]
  /** Slot → the slot whose value takes its place in the near miss. */
  readonly vary: Readonly<Record<string, string>>
  /** Which wordings, by place, may stand for each other. */
  readonly groups: readonly (readonly number[])[]
  readonly slots: readonly Slot[]
  /** Case means something: code. */
  readonly keepCase: boolean
  /** Never looked at when rules or models are improved. */
  readonly heldOut: boolean
}

/** One or more slots that are filled together: by a row, or by distinct values of one list. */
export interface Slot {
  readonly names: readonly string[]
  readonly rows: readonly (readonly Value[])[] | null
  readonly values: readonly Value[]
}

/** Names of one thing: `km`, `kilometres`. The first is the plain one. */
export type Value = readonly string[]

/** Every template of a folder of YAML files, by name. Throws if a file or a `{slot}` is not as it should be. */
export function readTemplates(folder: string): Template[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  const templates = files.flatMap((name) => {
    const file = FILE.parse(parse(readFileSync(join(folder, name), 'utf8')))
    return Object.entries(file).map(([name, written]) => readTemplate(name, written))
  })
  const sides = heldOutNames(templates)
  return templates
    .map((template) => ({ ...template, heldOut: sides.has(template.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const TEXT = z.union([z.string(), z.number().transform(String)])
const WRITTEN = z.strictObject({
  domain: z.string(),
  kind: z.string(),
  wordings: z.array(z.string()).min(2),
  contrary: z.array(z.string()).default([]),
  vary: z.record(z.string(), z.string()).default({}),
  groups: z.array(z.array(z.number())).optional(),
  slots: z.record(z.string(), z.union([z.array(TEXT), z.array(z.array(TEXT))])),
  keepCase: z.boolean().default(false),
})
const FILE = z.record(z.string(), WRITTEN)

function readTemplate(name: string, written: z.infer<typeof WRITTEN>): Omit<Template, 'heldOut'> {
  const slots = Object.entries(written.slots).map(([names, rows]) => readSlot(names.split(' '), rows))
  const known = new Set(slots.flatMap((slot) => slot.names))
  const used = [...written.wordings, ...written.contrary].flatMap((wording) => wording.match(/(?<=\{)\w+(?=\})/g) ?? [])
  const unknown = [...used, ...Object.entries(written.vary).flat()].find((slot) => !known.has(slot))
  if (unknown !== undefined) throw new Error(`${name}: there is no slot "${unknown}".`)
  return {
    name,
    ...written,
    groups: written.groups ?? [written.wordings.map((_, place) => place)],
    slots,
  }
}

function readSlot(names: readonly string[], rows: readonly (string | string[])[]): Slot {
  const inRows = rows.every((row) => Array.isArray(row))
  const values = inRows ? [] : rows.map((value) => namesOf(String(value)))
  const filled = inRows ? rows.map((row) => row.map(namesOf)) : null
  if (filled?.some((row) => row.length !== names.length)) throw new Error(`A row of "${names.join(' ')}" is short.`)
  return { names, rows: filled, values }
}

const namesOf = (value: string): Value => (/[^|\s]\|[^|\s]/.test(value) ? value.split('|') : [value])

/**
 * Every other template, kind by kind in the order of the hashes of their names: nobody chooses, and both halves have all
 * kinds.
 */
function heldOutNames(templates: readonly Omit<Template, 'heldOut'>[]): Set<string> {
  const keyed = templates.map(({ name, kind }) => ({
    name,
    key: `${kind} ${createHash('sha256').update(name).digest('hex')}`,
  }))
  const ordered = keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  return new Set(ordered.filter((_, place) => place % 2 === 1).map(({ name }) => name))
}

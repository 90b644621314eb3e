import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** What runs for every request. */
const HOT = [
  'attempts',
  'dialects',
  'limits',
  'pipeline',
  'providers',
  'relay',
  'routing',
  'sse',
  'transport',
  'upstream',
]

/**
 * An accessor in an object literal is another function for each object, so V8 gives each a shape of its own; shapes are
 * old, and keep what the request made from being collected young. In a class the accessor is shared, and costs nothing.
 */
function accessorsIn(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const look = (node: ts.Node): void => {
    if (ts.isAccessor(node) && ts.isObjectLiteralExpression(node.parent)) {
      found.push(`${file}:${source.getLineAndCharacterOfPosition(node.pos).line + 1} ${node.name.getText()}`)
    }
    ts.forEachChild(node, look)
  }
  look(source)
  return found
}

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

test('an accessor in a literal is seen, one in a class is none', () => {
  expect(accessorsIn('a.ts', 'const a = { get b() { return 1 } }; class C { get d() { return 1 } }')).toEqual([
    'a.ts:1 b',
  ])
})

test('no object that is made for a request has one', () => {
  const files = HOT.flatMap((folder) => filesIn(join('src', folder)))
  expect(files.length).toBeGreaterThan(200)
  expect(files.flatMap((file) => accessorsIn(file, readFileSync(file, 'utf8')))).toEqual([])
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where words are compared, below the build's `src/core`. */
const FOLDERS = ['text', 'pair']
const WORD = /\p{L}+/gu

/**
 * Every word that the comparisons know by itself: opposites, units, small words and all the rest. Taken from their own
 * code, so that none of their tables can be forgotten: a kept "disable" that was not recognised could answer "enable".
 *
 * @param coreFolder of the build: `dist/src/core`
 */
export function readKnownWords(coreFolder: string): readonly string[] {
  const words = new Set<string>()
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(coreFolder, folder)).filter((file) => file.endsWith('.js'))) {
      for (const [word] of readFileSync(join(coreFolder, folder, name), 'utf8').matchAll(WORD)) {
        words.add(word.toLowerCase())
      }
    }
  }
  return [...words]
}

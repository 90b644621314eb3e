// Opens the store of a folder and writes to it as fast as it takes; prints the number of each entry that was kept, and
// nothing else but `open`, or the name and exit code of the error.
import { createHash } from 'node:crypto'
import { openEmbeddedStore } from '../../../dist/src/cache/store/embedded/embedded-store.js'

const [dataDir, first] = process.argv.slice(2)
const clock = { epochMs: () => Date.now() }
try {
  const store = await openEmbeddedStore({ dataDir, clock, warn: (message) => console.error(message) })
  process.stdout.write('open\n')
  // Whoever only wants it open keeps it so.
  setInterval(() => {}, 1 << 30)
  if (first !== undefined) await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((lane) => write(store, Number(first), lane)))
} catch (error) {
  process.stdout.write(`${error.name} ${error.exitCode} ${error.message}\n`)
  process.exitCode = 1
}

async function write(store, start, lane) {
  for (let number = start + lane; ; number += 8) {
    const id = createHash('md5').update(String(number)).digest('hex')
    const bytes = Buffer.alloc(200 + ((number * 7919) % 20_000), id)
    if (await store.write(id, bytes, Date.now() + 3_600_000)) process.stdout.write(`${number}\n`)
  }
}

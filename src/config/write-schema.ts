import { writeFileSync } from 'node:fs'
import { configJsonSchema } from './json-schema.js'

// `npm run schema`: runs in the project's folder.
writeFileSync('config.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`)

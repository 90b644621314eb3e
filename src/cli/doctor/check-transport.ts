import { loadUws } from '../../transport/uws.js'
import { type Diagnosis, messageOf, ok, warn } from './diagnosis.js'

/** Which server will take the requests. */
export async function checkTransport(load: () => Promise<unknown> = loadUws): Promise<Diagnosis> {
  try {
    await load()
    return ok('transport', 'uWebSockets.js loads')
  } catch (error) {
    return warn(
      'transport',
      `uWebSockets.js does not load (${messageOf(error)}): node:http will serve, which is slower`,
      'On Node.js 20 or 22 run "npm ci"; on 22, 24 or 26 "npm install --no-save uNetworking/uWebSockets.js#v20.69.0" (glibc 2.38).',
    )
  }
}

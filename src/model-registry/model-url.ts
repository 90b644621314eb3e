import type { RemoteOrigin } from './manifest.js'
import { ModelError } from './model-error.js'

/**
 * Where a file of a model is fetched from. A mirror takes the place of the endpoint and has the same layout below it,
 * as HF_ENDPOINT of Hugging Face's own tools.
 * @throws ModelError if the mirror is no address
 */
export function modelUrl(origin: RemoteOrigin, mirror: string | null, path: string): string {
  if (mirror !== null && !isHttp(mirror))
    throw new ModelError('refused', `"${mirror}" is not an http or https address.`)
  const base = (mirror ?? origin.endpoint).replace(/\/+$/, '')
  return `${base}/${origin.repository}/resolve/${origin.revision}/${path}`
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

/** Without the user, the password and the query (which of signed addresses is a secret too), for messages. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return url
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

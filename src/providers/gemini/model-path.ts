import { invalidRequest } from '../../core/errors.js'

/**
 * `models/` may be written or left out; tuned models have a collection of their own. The name may come from a client,
 * so nothing of it can reach beyond its path segment.
 */
export function modelPath(upstreamName: string, stream: boolean): string {
  const [, collection = 'models', name = ''] = /^(?:(models|tunedModels)\/)?(.*)$/s.exec(upstreamName) ?? []
  const method = stream ? ':streamGenerateContent?alt=sse' : ':generateContent'
  return `/v1beta/${collection}/${encodeSegment(name)}${method}`
}

function encodeSegment(name: string): string {
  try {
    return encodeURIComponent(name)
  } catch {
    throw invalidRequest('model', "'model' holds half of a surrogate pair.")
  }
}

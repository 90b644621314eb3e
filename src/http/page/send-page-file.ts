import type { TransportRequest, TransportResponse } from '../../transport/transport.js'
import { acceptsGzip } from '../accepts-gzip.js'
import type { PageFile } from './page-files.js'

/** Nothing from elsewhere, nothing inline, and nobody's frame. */
const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/** A file of the page, unless the browser has it already. */
export function sendPageFile(
  file: PageFile,
  { headers: asked }: TransportRequest,
  response: TransportResponse,
  headers: Readonly<Record<string, string>>,
): void {
  const isGzipped = acceptsGzip(asked['accept-encoding'])
  // Two representations of one file, two tags.
  const etag = `"${file.etag}${isGzipped ? '-gzip' : ''}"`
  const about = {
    ETag: etag,
    'Cache-Control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    ...SECURITY_HEADERS,
    ...headers,
  }
  if (isKnown(asked['if-none-match'], etag)) {
    response.writeHead(304, about)
    return response.end()
  }
  response.writeHead(200, {
    'Content-Type': file.contentType,
    ...(isGzipped && { 'Content-Encoding': 'gzip' }),
    ...about,
  })
  response.end(isGzipped ? file.gzipped : file.body)
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return known.includes('*') || known.includes(etag)
}

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import tls, { type SecureContext } from 'node:tls'

/**
 * What TLS connections of one upstream trust: the system's roots and, if given, a private CA. Made once, because
 * parsing all roots for each connection would cost milliseconds.
 * @throws Error that names the file when it cannot be read or holds something else
 */
export function createTrust(caFile: string | null): SecureContext {
  if (caFile === null) return tls.createSecureContext()
  return tls.createSecureContext({ ca: [...systemRoots(), readCertificates(caFile)] })
}

function readCertificates(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8')
    checkCertificates(pem)
    return pem
  } catch (error) {
    throw new Error(`caFile '${file}' cannot be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** TLS itself skips what it cannot read without a word. */
function checkCertificates(pem: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null) throw new Error("it holds no PEM certificate ('-----BEGIN CERTIFICATE-----')")
  for (const block of blocks) new X509Certificate(block)
}

/** Naming any CA replaces the default list, so that list is named too. */
function systemRoots(): readonly string[] {
  // Newer than our oldest Node: tells the list with what NODE_EXTRA_CA_CERTS and --use-system-ca add to it.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] }
  if (getCACertificates !== undefined) return getCACertificates('default')
  const extra = process.env.NODE_EXTRA_CA_CERTS
  return extra === undefined || extra === '' ? tls.rootCertificates : [...tls.rootCertificates, readCertificates(extra)]
}

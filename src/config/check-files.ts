import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Finding } from './config-error.js'
import type { ConfigPath } from './config-path.js'
import type { ParsedConfig } from './schema.js'

/** Reads the files a configuration names. File names must be absolute by now. */
export function checkFiles(config: ParsedConfig): readonly Finding[] {
  const authorities = Object.entries(config.providers).flatMap(([name, { caFile }]) => {
    if (caFile === null) return []
    const at = ['providers', name, 'caFile']
    const file = readPem(at, caFile, 'CERTIFICATE')
    if (file.finding !== undefined) return [file.finding]
    return readCertificate(file.text) === undefined ? [unusable(at, caFile, 'a readable PEM certificate')] : []
  })
  return [...checkTls(config.server.tls), ...authorities]
}

function checkTls(tls: ParsedConfig['server']['tls']): readonly Finding[] {
  if (tls === null) return []
  const certAt = ['server', 'tls', 'cert']
  const keyAt = ['server', 'tls', 'key']
  const certFile = readPem(certAt, tls.cert, 'CERTIFICATE')
  const keyFile = readPem(keyAt, tls.key, 'PRIVATE KEY')
  const certificate = certFile.text === undefined ? undefined : readCertificate(certFile.text)
  const key = keyFile.text === undefined ? undefined : readPrivateKey(keyFile.text)
  const findings = [certFile.finding, keyFile.finding].filter((finding) => finding !== undefined)
  if (certFile.text !== undefined && certificate === undefined) {
    findings.push(unusable(certAt, tls.cert, 'a readable PEM certificate'))
  }
  if (keyFile.text !== undefined && key === undefined) {
    findings.push(unusable(keyAt, tls.key, 'a PEM private key without a passphrase'))
  }
  if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key)) {
    findings.push({ at: keyAt, expected: `the private key of ${tls.cert}`, found: 'the key of another certificate' })
  }
  return findings
}

type PemFile =
  | { readonly text: string; readonly finding?: undefined }
  | { readonly text?: undefined; readonly finding: Finding }

function readPem(at: ConfigPath, file: string, kind: string): PemFile {
  try {
    const text = readFileSync(file, 'utf8')
    return text.includes(`${kind}-----`) ? { text } : { finding: unusable(at, file, `a PEM file with a ${kind}`) }
  } catch (error) {
    return { finding: { at, expected: 'a readable file', found: `${JSON.stringify(file)} (${reasonOf(error)})` } }
  }
}

function unusable(at: ConfigPath, file: string, expected: string): Finding {
  return { at, expected, found: `another content in ${JSON.stringify(file)}` }
}

function readCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

function readPrivateKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file'
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it'
    case 'EISDIR':
      return 'it is a folder'
    default:
      return typeof code === 'string' ? code : 'it cannot be read'
  }
}

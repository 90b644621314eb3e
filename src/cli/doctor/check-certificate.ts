import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../../config/schema.js'
import { type Diagnosis, fail, ok, warn } from './diagnosis.js'

const DAY_MS = 86_400_000
const SOON_DAYS = 14
const FIX = 'Renew it and restart the gateway.'

/** That the certificate is one, and fits its key, has been checked with the configuration. */
export function checkCertificate(tls: Config['server']['tls'], nowEpochMs: number): readonly Diagnosis[] {
  if (tls === null) return []
  const { validFrom, validTo } = new X509Certificate(readFileSync(tls.cert))
  const daysLeft = Math.floor((Date.parse(validTo) - nowEpochMs) / DAY_MS)
  if (Date.parse(validFrom) > nowEpochMs) return [fail('certificate', `is not valid before ${validFrom}`, FIX)]
  if (daysLeft < 0) return [fail('certificate', `has expired on ${validTo}`, FIX)]
  if (daysLeft < SOON_DAYS) return [warn('certificate', `expires in ${daysLeft} days, on ${validTo}`, FIX)]
  return [ok('certificate', `is valid until ${validTo}`)]
}

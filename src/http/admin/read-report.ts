import { GatewayError } from '../../core/errors.js'
import { parseReportQuery, REPORT_FIELDS } from '../../core/money/ledger/parse-report-query.js'
import { buildReport, type Report } from '../../core/money/ledger/report.js'
import type { Ledger } from '../../ledger/ledger.js'
import type { TransportRequest } from '../../transport/transport.js'
import { readQuery } from './read-fields.js'

/** `GET /report`: what was spent and saved in a time, by what the query names. */
export async function readReport(
  ledger: Pick<Ledger, 'read'>,
  request: TransportRequest,
  nowEpochMs: number,
): Promise<Report> {
  const { question, sinceMs, untilMs } = parseReportQuery(readQuery(request, REPORT_FIELDS), nowEpochMs)
  const extract = await ledger.read(sinceMs, untilMs).catch((error: unknown) => {
    throw new GatewayError('overloaded', 'The ledger cannot be read just now. Try again shortly.', { cause: error })
  })
  return buildReport(extract, question)
}

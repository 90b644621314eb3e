import type { ReportQuery } from '../../core/money/ledger/parse-report-query.js'
import type { Report } from '../../core/money/ledger/report.js'
import { createGatewayClient, type GatewayOptions, NobodyListensError } from '../cache/gateway-client.js'

export interface GetReportOptions extends GatewayOptions {
  readonly query: ReportQuery
  readonly signal: AbortSignal
}

/**
 * From the gateway that runs; where none does, from what it left.
 * @throws GatewayCallError when neither can be had
 */
export async function getReport({ query, signal, ...gateway }: GetReportOptions): Promise<Report> {
  const client = createGatewayClient(gateway)
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  try {
    const response = await client.call('GET', `/report?${new URLSearchParams(given)}`, { signal })
    return (await response.json()) as Report // our own
  } catch (error) {
    // A gateway that was named is meant.
    if (!(error instanceof NobodyListensError) || gateway.url !== undefined) throw error
    // It opens stores, whose native library need not be there for the other commands.
    const { reportWithoutGateway } = await import('./report-without-gateway.js')
    return reportWithoutGateway({ query, config: gateway.config, url: client.url })
  }
}

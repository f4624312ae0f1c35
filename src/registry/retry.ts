/** Sends again what may have more luck the second time. */
import { NetworkError } from '../errors.js'
import type { OciEvent } from '../events.js'
import { codeOf, type Transport } from './transport.js'

const DEAD_CONNECTION = new Set(['ECONNRESET', 'EPIPE'])

/** How to try again, and who hears of it. */
export interface RetryingOptions {
  readonly onEvent?: ((event: OciEvent) => void) | undefined
}

/** Makes a transport that sends a request once more if a kept connection had died. */
export function retrying(transport: Transport, _options: RetryingOptions): Transport {
  return async (request) => {
    try {
      return await transport(request)
    } catch (error) {
      // The server may close a kept connection just when it is used again: not a fault, and nothing was answered.
      if (!(error instanceof NetworkError) || !DEAD_CONNECTION.has(codeOf(error.cause))) throw error
      return transport(request)
    }
  }
}

/** Tells what happens on the wire: every answer, and what a registry warns of. */
import type { OciEvent } from '../events.js'
import { parseWarnings } from './parse-warnings.js'
import { printable } from './printable.js'
import { redactSecrets } from './redact-secrets.js'
import { redactUrl } from './redact-url.js'
import type { Transport } from './transport.js'

// A registry that has a new warning for each request is not worth listening to.
const MAX_WARNINGS = 100
const MAX_LENGTH = 500

/** Makes a transport that reports every answer to `onEvent`, and each warning once. */
export function observing(transport: Transport, onEvent: ((event: OciEvent) => void) | undefined): Transport {
  if (onEvent === undefined) return transport
  const seen = new Set<string>()
  return async (request) => {
    const response = await transport(request)
    const { method, url, headers } = request
    const { authorization } = headers
    try {
      onEvent({ type: 'request', method, url: redactUrl(url), status: response.status })
      for (const warning of parseWarnings(redactSecrets(response.header('warning') ?? '', { authorization }))) {
        const message = `${url.host} warns: ${printable(warning, MAX_LENGTH)}`
        if (seen.has(message) || seen.size === MAX_WARNINGS) continue
        seen.add(message)
        onEvent({ type: 'warning', message })
      }
    } catch (error) {
      response.close()
      throw error
    }
    return response
  }
}

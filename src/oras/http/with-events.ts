/** Reports every response to `onEvent`, and the warnings that registries send in headers. */
import { printable } from '../errors/escape-message.js'
import type { OciEvent } from '../events.js'
import type { Secrets } from '../errors/secrets.js'
import { warn } from '../warn.js'
import { redactUrl } from './redact.js'
import type { Transport } from './transport.js'

// A registry may send a different warning with each request; more than this many are not reported.
const MAX_WARNINGS = 100
const MAX_LENGTH = 500

/**
 * Creates a transport that reports every response to `onEvent`, and each warning of the registry once. Without `onEvent`,
 * warnings are reported to the process.
 *
 * @param secrets Removed from the warnings.
 */
export function withEvents(
  transport: Transport,
  onEvent: ((event: OciEvent) => void) | undefined,
  secrets: Secrets,
): Transport {
  const seen = new Set<string>()
  return async (request) => {
    const response = await transport(request)
    const { method, url } = request
    try {
      onEvent?.({ type: 'request', method, url: redactUrl(url), status: response.status })
      if (request.isSecret) return response
      // Redacted twice: before the header is cut, and after the escapes in its texts are decoded.
      for (const warning of parseWarnings(secrets.redactForeign(response.header('warning') ?? ''))) {
        const text = `${url.host} warns: ${printable(secrets.redactForeign(warning), MAX_LENGTH)}`
        // Redacted here, because without a listener no other code does.
        const message = secrets.redact(text)
        if (seen.has(message) || seen.size === MAX_WARNINGS) continue
        seen.add(message)
        warn(onEvent, 'WARN_REGISTRY', message)
      }
    } catch (error) {
      response.close()
      throw error
    }
    return response
  }
}

// One warning: a code, an agent, and a quoted text; the last text may be cut off. Or anything between warnings, such as a
// date, which is skipped piece by piece.
const PIECE =
  /(?<![^\s,])(\d{3}) +([^\s,"]+) +"((?:[^"\\]|\\.)*)(?:"|\\?$)|"(?:[^"\\]|\\.)*(?:"|\\?$)|[^\s,"]+|[\s,]+/gsu

// The limit of the distribution specification for all warnings of a response.
const MAX_HEADER = 4096

/**
 * Lists the texts in a `Warning` header, or in several that were joined by commas. Only warnings with the code 299 count:
 * proxies and caches write the others.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings
 */
export function parseWarnings(header: string): readonly string[] {
  const texts: string[] = []
  for (const [, code, , quoted = ''] of header.slice(0, MAX_HEADER).matchAll(PIECE)) {
    const text = quoted.replace(/\\(.)/gsu, '$1')
    if (code === '299' && text.trim() !== '') texts.push(text)
  }
  return texts
}

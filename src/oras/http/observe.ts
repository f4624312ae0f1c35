/** Tells what happens on the wire: every answer, and what a registry warns of. */
import { printable } from '../errors/escape-message.js'
import type { OciEvent } from '../events.js'
import type { Secrets } from '../errors/secrets.js'
import { warn } from '../warn.js'
import { redactUrl } from './redact.js'
import type { Transport } from './transport.js'

// A registry that has a new warning for each request is not worth listening to.
const MAX_WARNINGS = 100
const MAX_LENGTH = 500

/**
 * Makes a transport that reports every answer to `onEvent`, and each warning of the registry once, also to the process
 * where there is no `onEvent`.
 *
 * @param secrets What a warning must not repeat.
 */
export function observing(
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
      // Before it is cut, and after its own escapes are decoded.
      for (const warning of parseWarnings(secrets.redactForeign(response.header('warning') ?? ''))) {
        const text = `${url.host} warns: ${printable(secrets.redactForeign(warning), MAX_LENGTH)}`
        // What no listener hears, no listener redacts.
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

// A code, an agent, and a text in quotes, of which the last one may be cut off; or what stands between such: a date, for
// example. A header that is none of it is passed over piece by piece.
const PIECE =
  /(?<![^\s,])(\d{3}) +([^\s,"]+) +"((?:[^"\\]|\\.)*)(?:"|\\?$)|"(?:[^"\\]|\\.)*(?:"|\\?$)|[^\s,"]+|[\s,]+/gsu

// The distribution specification allows as much in all headers of an answer.
const MAX_HEADER = 4096

/**
 * Lists the texts in the value of a `Warning` header, also of several headers that were joined by commas. Texts of other
 * codes than 299, which proxies and caches write, are left out.
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

/** Reads the body of a refusal: a list of errors, or whatever else servers write in its place. */
import type { Diagnostic } from '../../errors/registry-answer.js'
import { printable } from '../../errors/escape-message.js'

const MAX_DIAGNOSTICS = 5
const TEXT_LIMIT = 200

/** Finds what a body says: the entries of a list of errors, one error alone, or the first line of a text or a page. */
export function parseDiagnostics(body: string): readonly Diagnostic[] {
  try {
    const json = JSON.parse(body) as { errors?: unknown } | null
    const errors: readonly unknown[] = Array.isArray(json?.errors) ? json.errors : [json]
    return errors.slice(0, MAX_DIAGNOSTICS).flatMap(readEntry)
  } catch {
    const line = body
      // Linear also for hostile pages: what is opened and never closed goes to the end, and no tag holds a "<".
      .replace(/<(style|script|head)\b(?:.*?<\/\1>|.*)|<[^<>]*>/gis, ' ')
      .split('\n')
      .map((text) => printable(text, TEXT_LIMIT))
      .find((text) => text !== '')
    return line === undefined ? [] : [{ code: '', message: line }]
  }
}

/** Token servers have names of their own for the two: OAuth 2 writes `error`, Docker Hub `details`. */
function readEntry(entry: unknown): readonly Diagnostic[] {
  const { code, message, error, error_description: description, details } = (entry ?? {}) as Record<string, unknown>
  const isText = (text: unknown): text is string => typeof text === 'string'
  const [said] = [message, description, details].filter(isText)
  const [named] = [code, error].filter(isText)
  if (said === undefined && named === undefined) return []
  return [{ code: printable(named, TEXT_LIMIT), message: printable(said, TEXT_LIMIT) }]
}

/** Gives a warning to the listener of a call, or to the process where the call has no listener. */
import { escapeMessage } from './errors/escape-message.js'
import type { OciEvent, WarningCode } from './events.js'

/** The most warnings of one code that a process gets: a registry may have a new one for each request. */
const MAX_WARNINGS = 100

/** What the process was told, by code. */
const emitted = new Map<WarningCode, Set<string>>()

/**
 * Calls `onEvent` with a warning. Without `onEvent`, calls `process.emitWarning`: once for each message, and at most
 * for a hundred messages of each code. Characters that drive terminals are escaped.
 */
export function warn(onEvent: ((event: OciEvent) => void) | undefined, code: WarningCode, text: string): void {
  const message = escapeMessage(text)
  if (onEvent) onEvent({ type: 'warning', code, message })
  else emitOnce(code, message)
}

function emitOnce(code: WarningCode, message: string): void {
  const messages = emitted.get(code) ?? new Set()
  if (messages.has(message) || messages.size === MAX_WARNINGS) return
  emitted.set(code, messages.add(message))
  // Other runtimes than Node may lack it.
  const { emitWarning } = process as Partial<typeof process>
  emitWarning?.call(process, message, { type: 'OrasHelmWarning', code })
}

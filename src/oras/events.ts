/** Every event that a long call reports to `onEvent`: plain fields, in the order in which things happen. */

/** Bytes of one content have moved; reported at most about a hundred times per content. */
export interface ProgressEvent {
  /** Tells this event from others: `progress`. */
  readonly type: 'progress'
  /** The digest of the content. */
  readonly digest: string
  /** The media type of the content. */
  readonly mediaType: string
  /** Bytes of the whole content. */
  readonly size: number
  /** Bytes that have moved so far; starts again when a body has to be sent again. */
  readonly transferred: number
}

/** The target stored a content that it did not have. */
export interface StoredEvent {
  /** Tells this event from others: `stored`. */
  readonly type: 'stored'
  /** The digest of the content. */
  readonly digest: string
  /** The media type of the content. */
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
}

/** The target had a content already, or mounted it from another repository: none of its bytes were sent. */
export interface ReusedEvent {
  /** Tells this event from others: `reused`. */
  readonly type: 'reused'
  /** The digest of the content. */
  readonly digest: string
  /** The media type of the content. */
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
}

/** A tag points to the manifest now. */
export interface TaggedEvent {
  /** Tells this event from others: `tagged`. */
  readonly type: 'tagged'
  /** The tag, without the repository. */
  readonly tag: string
  /** The digest of the manifest. */
  readonly digest: string
}

/**
 * What a warning is about; the set is closed. `docs/errors.md` explains each code. Those of charts are here too, because
 * one listener serves all calls.
 */
export type WarningCode =
  'WARN_REGISTRY' | 'WARN_CHART' | 'WARN_MISSING_DEPENDENCIES' | 'WARN_SPLIT_FORMAT' | 'WARN_REPEATED_NAME'

/**
 * Something works, but is probably not what was meant; or a registry sent a warning, which is reported once. Where a call
 * has no `onEvent`, `process.emitWarning` gets the code and the message.
 */
export interface WarningEvent {
  /** Tells this event from others: `warning`. */
  readonly type: 'warning'
  /** What the warning is about. */
  readonly code: WarningCode
  /** One line, without secrets and control characters. */
  readonly message: string
}

/** A registry, or a server that it leads to, has answered a request. */
export interface RequestEvent {
  /** Tells this event from others: `request`. */
  readonly type: 'request'
  /** The HTTP method. */
  readonly method: string
  /** Redacted like all URLs in errors. */
  readonly url: string
  /** The HTTP status. */
  readonly status: number
}

/** A request failed, and is sent again. */
export interface RetryEvent {
  /** Tells this event from others: `retry`. */
  readonly type: 'retry'
  /** The HTTP method. */
  readonly method: string
  /** Redacted like all URLs in errors. */
  readonly url: string
  /** How often the request has been sent so far. */
  readonly attempt: number
  /** How many milliseconds go by before it is sent again. */
  readonly delay: number
  /** `HTTP 503`, or what became of the connection: `ECONNRESET`. */
  readonly reason: string
}

/**
 * What `onEvent` receives. Events never carry secrets, and an error thrown by the listener fails the call.
 *
 * @example
 * ```ts
 * import { copy, MemoryStore, type OciEvent, Repository } from 'oras-helm/oras'
 *
 * const onEvent = (event: OciEvent) => {
 *   if (event.type === 'progress') console.log(`${event.digest}: ${event.transferred} of ${event.size} bytes`)
 * }
 * await copy(new Repository('localhost:5000/mychart'), 'latest', new MemoryStore(), { onEvent })
 * ```
 */
export type OciEvent =
  ProgressEvent | StoredEvent | ReusedEvent | TaggedEvent | WarningEvent | RequestEvent | RetryEvent

/** The error classes of ORAS, each with what was attempted, the cause and a hint. */
import { errorJson, type OciErrorJson } from './error-json.js'
import { escapeMessage } from './escape-message.js'
import type { RegistryAnswer } from './registry-answer.js'

/** What every error of the library carries beside its message. */
export interface OciErrorOptions {
  /** What the reader can do about it: one or two sentences. */
  readonly hint: string
  /** The error underneath: as it was thrown, or a copy of it without secrets. */
  readonly cause?: unknown
}

/**
 * The base of all errors that the library throws on purpose. Wrong argument types are `TypeError`s, and a cancelled
 * call rejects with the reason of its signal; neither is wrapped.
 *
 * @example
 * ```ts
 * import { copy, MemoryStore, OciError, Repository } from 'oras-helm/oras'
 *
 * try {
 *   await copy(new Repository('localhost:5000/app'), 'no-such-tag', new MemoryStore())
 * } catch (error) {
 *   if (!(error instanceof OciError)) throw error
 *   console.error(`${error.code}: ${error.message} (${error.hint})`)
 * }
 * ```
 */
export abstract class OciError extends Error {
  /** Which kind of failure this is; `docs/errors.md` has a section for each code. */
  abstract readonly code: string
  /** What the reader can do about it. */
  readonly hint: string

  constructor(message: string, options: OciErrorOptions) {
    super(escapeMessage(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.hint = options.hint
  }

  /** Gives all public fields and the causes, without stacks, so that `JSON.stringify(error)` is fit for a log. */
  toJSON(): OciErrorJson {
    return errorJson(this, OciError)
  }
}

/** A reference, tag, repository name or digest is not one; nothing was sent. */
export class InvalidReferenceError extends OciError {
  override readonly name = 'InvalidReferenceError'
  readonly code = 'ERR_INVALID_REFERENCE'
  /** The text as it was given. */
  readonly input: string
  /** The part of `input` that is wrong. */
  readonly part: string

  constructor(message: string, options: OciErrorOptions & { input: string; part: string }) {
    super(message, options)
    this.input = options.input
    this.part = options.part
  }
}

/** An archive is damaged, is not one, or holds an entry that must never be unpacked. */
export class InvalidArchiveError extends OciError {
  override readonly name = 'InvalidArchiveError'
  readonly code = 'ERR_INVALID_ARCHIVE'
  /** The name of the offending entry, where there is one, as the archive spells it. */
  readonly entry: string | undefined

  constructor(message: string, options: OciErrorOptions & { entry?: string }) {
    super(message, options)
    this.entry = options.entry
  }
}

/** A manifest or an image index is not one. */
export class InvalidManifestError extends OciError {
  override readonly name = 'InvalidManifestError'
  readonly code = 'ERR_INVALID_MANIFEST'
}

/** The artifact is there, but it is none that this call can read: a container image where something else was wanted, for example. */
export class UnsupportedArtifactError extends OciError {
  override readonly name = 'UnsupportedArtifactError'
  readonly code = 'ERR_UNSUPPORTED_ARTIFACT'
  /** The media types that were found, the artifact's own type first; at most ten. */
  readonly mediaTypes: readonly string[]

  constructor(message: string, options: OciErrorOptions & { mediaTypes: readonly string[] }) {
    super(message, options)
    this.mediaTypes = options.mediaTypes
  }
}

/** Bytes, or what they hold, are not what a descriptor or a reference promised; nothing was handed over or kept. */
export class ContentMismatchError extends OciError {
  override readonly name = 'ContentMismatchError'
  readonly code = 'ERR_CONTENT_MISMATCH'
  /** The digest, the size in bytes, the name or the version that was promised. */
  readonly expected: string
  /** What was found instead. */
  readonly actual: string

  constructor(message: string, options: OciErrorOptions & { expected: string; actual: string }) {
    super(message, options)
    this.expected = options.expected
    this.actual = options.actual
  }
}

/** Something is larger, deeper or more than the limit allows; reading stopped there. */
export class LimitExceededError extends OciError {
  override readonly name = 'LimitExceededError'
  readonly code = 'ERR_LIMIT_EXCEEDED'
  /** The limit: bytes, files or levels, as the message says. */
  readonly limit: number

  constructor(message: string, options: OciErrorOptions & { limit: number }) {
    super(message, options)
    this.limit = options.limit
  }
}

/** A file, a blob, a manifest, a tag or a repository is not there. */
export class NotFoundError extends OciError {
  override readonly name = 'NotFoundError'
  readonly code = 'ERR_NOT_FOUND'
  /** What the registry said, if it was one that was asked. */
  readonly answer: RegistryAnswer | undefined

  constructor(message: string, options: OciErrorOptions & { answer?: RegistryAnswer }) {
    super(message, options)
    this.answer = options.answer
  }
}

/** The name is taken by something else, and the call was told not to replace it. */
export class AlreadyExistsError extends OciError {
  override readonly name = 'AlreadyExistsError'
  readonly code = 'ERR_ALREADY_EXISTS'
}

/** The registry refused, failed, or answered what no registry answers. */
export class RegistryError extends OciError {
  override readonly name = 'RegistryError'
  readonly code = 'ERR_REGISTRY'
  readonly answer: RegistryAnswer

  constructor(message: string, options: OciErrorOptions & { answer: RegistryAnswer }) {
    super(message, options)
    this.answer = options.answer
  }
}

/** The registry wants other credentials, or these have no right to do this. */
export class UnauthorizedError extends OciError {
  override readonly name = 'UnauthorizedError'
  readonly code = 'ERR_UNAUTHORIZED'
  readonly answer: RegistryAnswer

  constructor(message: string, options: OciErrorOptions & { answer: RegistryAnswer }) {
    super(message, options)
    this.answer = options.answer
  }
}

/**
 * A file of credentials is broken, or a credential helper is missing or failed. What it was looked up for was not sent.
 */
export class CredentialError extends OciError {
  override readonly name = 'CredentialError'
  readonly code = 'ERR_CREDENTIALS'
  /** The file or the helper: a path, or `docker-credential-desktop`. */
  readonly source: string
  /** Whether it was a helper for all registries, or a file that nobody named: who needs no login goes on without. */
  readonly isGlobal: boolean

  constructor(message: string, options: OciErrorOptions & { source: string; isGlobal: boolean }) {
    super(message, options)
    this.source = options.source
    this.isGlobal = options.isGlobal
  }
}

/** A URL that the registry chose leads where no request, or no secret, may go; it was not followed. */
export class UnsafeUrlError extends OciError {
  override readonly name = 'UnsafeUrlError'
  readonly code = 'ERR_UNSAFE_URL'
  /** The refused URL, redacted like all URLs in errors. */
  readonly url: string

  constructor(message: string, options: OciErrorOptions & { url: string }) {
    super(message, options)
    this.url = options.url
  }
}

/** The registry was not reached, or the connection broke before the answer was complete. */
export class NetworkError extends OciError {
  override readonly name = 'NetworkError'
  readonly code = 'ERR_NETWORK'
  readonly method: string
  /** Redacted like all URLs in errors. */
  readonly url: string

  constructor(message: string, options: OciErrorOptions & { method: string; url: string }) {
    super(message, options)
    this.method = options.method
    this.url = options.url
  }
}

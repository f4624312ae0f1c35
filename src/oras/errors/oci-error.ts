/** The error classes of ORAS, each with what was attempted, the cause and a hint. */
import { errorJson, type OciErrorJson } from './error-json.js'
import { escapeMessage } from './escape-message.js'
import type { RegistryAnswer } from './registry-answer.js'

/** What every error of the library has as well as its message. */
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

/**
 * A reference, tag, repository name or digest is not valid; nothing was sent.
 *
 * @example
 * ```ts
 * import { InvalidReferenceError, parseReference } from 'oras-helm/oras'
 *
 * try {
 *   parseReference('localhost:5000/MyApp')
 * } catch (error) {
 *   if (error instanceof InvalidReferenceError) console.log(error.part) // MyApp
 * }
 * ```
 */
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

/**
 * A file is not an archive, or the archive is damaged or holds an entry that must never be unpacked.
 *
 * @example
 * ```ts
 * import { InvalidArchiveError, readChart } from 'oras-helm'
 *
 * const error = await readChart(new TextEncoder().encode('no archive')).catch((thrown: unknown) => thrown)
 * console.log(error instanceof InvalidArchiveError) // true
 * ```
 */
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

/**
 * The bytes of a manifest or an image index are not valid.
 *
 * @example
 * ```ts
 * import { InvalidManifestError, parseManifest } from 'oras-helm/oras'
 *
 * try {
 *   parseManifest(new TextEncoder().encode('[]'), 'application/vnd.oci.image.manifest.v1+json')
 * } catch (error) {
 *   console.log(error instanceof InvalidManifestError) // true
 * }
 * ```
 */
export class InvalidManifestError extends OciError {
  override readonly name = 'InvalidManifestError'
  readonly code = 'ERR_INVALID_MANIFEST'
}

/**
 * The artifact exists, but this call cannot read its kind: a container image in the place of a chart, for example.
 *
 * @example
 * ```ts
 * import { assembleChart, UnsupportedArtifactError } from 'oras-helm'
 *
 * const manifest = { config: undefined, layers: [], manifests: [], annotations: {} }
 * const error = await assembleChart(manifest, []).catch((thrown: unknown) => thrown)
 * if (error instanceof UnsupportedArtifactError) console.log(error.mediaTypes)
 * ```
 */
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

/**
 * Bytes, or what they hold, are not what a descriptor or a reference promised; nothing was handed over or kept.
 *
 * @example
 * ```ts
 * import { bytesContent, ContentMismatchError, readContent } from 'oras-helm/oras'
 *
 * const bytes = new TextEncoder().encode('hello')
 * const content = bytesContent(bytes, { mediaType: 'text/plain' })
 * bytes[0] = 0
 * const error = await readContent(content).catch((thrown: unknown) => thrown)
 * if (error instanceof ContentMismatchError) console.log(error.expected, error.actual)
 * ```
 */
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

/**
 * Something is larger, deeper or more than the limit allows; reading stopped there.
 *
 * @example
 * ```ts
 * import { bytesContent, LimitExceededError, readContent } from 'oras-helm/oras'
 *
 * const content = bytesContent(new TextEncoder().encode('hello'), { mediaType: 'text/plain' })
 * const error = await readContent(content, { limit: 4 }).catch((thrown: unknown) => thrown)
 * if (error instanceof LimitExceededError) console.log(error.limit) // 4
 * ```
 */
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

/**
 * A file, a blob, a manifest, a tag or a repository is not there.
 *
 * @example
 * ```ts
 * import { NotFoundError, readChart } from 'oras-helm'
 *
 * const error = await readChart('no-such-folder').catch((thrown: unknown) => thrown)
 * console.log(error instanceof NotFoundError) // true
 * ```
 */
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

/**
 * The name is taken by something else, and the call was told not to replace it.
 *
 * @example
 * ```ts
 * import { AlreadyExistsError, bytesContent, writeContent } from 'oras-helm/oras'
 *
 * const content = bytesContent(new TextEncoder().encode('hello'), { mediaType: 'text/plain' })
 * await writeContent(content, 'there.txt', { overwrite: true })
 * const error = await writeContent(content, 'there.txt').catch((thrown: unknown) => thrown)
 * console.log(error instanceof AlreadyExistsError) // true
 * ```
 */
export class AlreadyExistsError extends OciError {
  override readonly name = 'AlreadyExistsError'
  readonly code = 'ERR_ALREADY_EXISTS'
}

/**
 * The registry refused, failed, or answered what no registry answers.
 *
 * @example
 * ```ts
 * import { RegistryError, Repository } from 'oras-helm/oras'
 *
 * const fetch = async () => ({ status: 500, headers: new Headers(), body: null })
 * const repository = new Repository('localhost:5000/app', { fetch, retry: false })
 * const error = await repository.resolve('latest').catch((thrown: unknown) => thrown)
 * if (error instanceof RegistryError) console.log(error.answer.status) // 500
 * ```
 */
export class RegistryError extends OciError {
  override readonly name = 'RegistryError'
  readonly code = 'ERR_REGISTRY'
  /** What the registry said. */
  readonly answer: RegistryAnswer

  constructor(message: string, options: OciErrorOptions & { answer: RegistryAnswer }) {
    super(message, options)
    this.answer = options.answer
  }
}

/**
 * The registry wants other credentials, or these have no right to do this.
 *
 * @example
 * ```ts
 * import { Repository, UnauthorizedError } from 'oras-helm/oras'
 *
 * const fetch = async () => ({ status: 401, headers: new Headers(), body: null })
 * const repository = new Repository('localhost:5000/app', { fetch, credentials: 'anonymous' })
 * const error = await repository.resolve('latest').catch((thrown: unknown) => thrown)
 * if (error instanceof UnauthorizedError) console.log(error.answer.status) // 401
 * ```
 */
export class UnauthorizedError extends OciError {
  override readonly name = 'UnauthorizedError'
  readonly code = 'ERR_UNAUTHORIZED'
  /** What the registry said. */
  readonly answer: RegistryAnswer

  constructor(message: string, options: OciErrorOptions & { answer: RegistryAnswer }) {
    super(message, options)
    this.answer = options.answer
  }
}

/**
 * A file of credentials is broken, or a credential helper is missing or failed. What it was looked up for was not
 * sent.
 *
 * @example
 * ```ts
 * import { CredentialError, dockerCredentials } from 'oras-helm/oras'
 *
 * const find = async () => dockerCredentials({ path: 'no-such-file.json' })({ registry: 'ghcr.io', repository: 'acme/app' })
 * const error = await find().catch((thrown: unknown) => thrown)
 * if (error instanceof CredentialError) console.log(error.source) // no-such-file.json
 * ```
 */
export class CredentialError extends OciError {
  override readonly name = 'CredentialError'
  readonly code = 'ERR_CREDENTIALS'
  /** The file or the helper: a path, or `docker-credential-desktop`. */
  readonly source: string
  /** Whether it was a helper for all registries, or a file in a usual place: calls that need no login continue without. */
  readonly isGlobal: boolean

  constructor(message: string, options: OciErrorOptions & { source: string; isGlobal: boolean }) {
    super(message, options)
    this.source = options.source
    this.isGlobal = options.isGlobal
  }
}

/**
 * A URL that the registry chose leads where no request, or no secret, may go; it was not followed.
 *
 * @example
 * ```ts
 * import { Repository, UnsafeUrlError } from 'oras-helm/oras'
 *
 * const headers = new Headers({ 'www-authenticate': 'Bearer realm="https://10.0.0.1/token"' })
 * const fetch = async () => ({ status: 401, headers, body: null })
 * const error = await new Repository('localhost:5000/app', { fetch }).resolve('latest').catch((thrown: unknown) => thrown)
 * if (error instanceof UnsafeUrlError) console.log(error.url) // https://10.0.0.1/token
 * ```
 */
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

/**
 * The registry was not reached, or the connection broke before the answer was complete.
 *
 * @example
 * ```ts
 * import { NetworkError, Repository } from 'oras-helm/oras'
 *
 * const repository = new Repository('localhost:1/app', { retry: false })
 * const error = await repository.resolve('latest').catch((thrown: unknown) => thrown)
 * if (error instanceof NetworkError) console.log(error.method, error.url)
 * ```
 */
export class NetworkError extends OciError {
  override readonly name = 'NetworkError'
  readonly code = 'ERR_NETWORK'
  /** The method of the request: `GET`. */
  readonly method: string
  /** Redacted like all URLs in errors. */
  readonly url: string

  constructor(message: string, options: OciErrorOptions & { method: string; url: string }) {
    super(message, options)
    this.method = options.method
    this.url = options.url
  }
}

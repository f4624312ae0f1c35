/** The closed set of error codes. */
import type {
  AlreadyExistsError,
  ContentMismatchError,
  CredentialError,
  InvalidArchiveError,
  InvalidChartError,
  InvalidManifestError,
  InvalidReferenceError,
  LimitExceededError,
  NetworkError,
  NotFoundError,
  RegistryError,
  UnauthorizedError,
  UnsafeUrlError,
  UnsupportedArtifactError,
} from './errors.js'

/**
 * Every error class, so that `switch (error.code)` narrows to the class and its fields.
 *
 * @example
 * ```ts
 * import { type AnyOciError, parseReference } from 'oras-helm'
 *
 * try {
 *   parseReference('localhost:5000/MyChart')
 * } catch (error) {
 *   const known = error as AnyOciError
 *   if (known.code === 'ERR_INVALID_REFERENCE') console.log(known.part) // MyChart
 * }
 * ```
 */
export type AnyOciError =
  | InvalidReferenceError
  | InvalidChartError
  | InvalidArchiveError
  | InvalidManifestError
  | UnsupportedArtifactError
  | ContentMismatchError
  | LimitExceededError
  | NotFoundError
  | AlreadyExistsError
  | RegistryError
  | UnauthorizedError
  | CredentialError
  | UnsafeUrlError
  | NetworkError

/** The closed set of codes. */
export type ErrorCode = AnyOciError['code']

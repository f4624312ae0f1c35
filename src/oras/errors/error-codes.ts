/** The closed set of error codes of ORAS. */
import type {
  AlreadyExistsError,
  ContentMismatchError,
  CredentialError,
  InvalidArchiveError,
  InvalidManifestError,
  InvalidReferenceError,
  LimitExceededError,
  NetworkError,
  NotFoundError,
  RegistryError,
  UnauthorizedError,
  UnsafeUrlError,
  UnsupportedArtifactError,
} from './oci-error.js'

/**
 * Every error class, so that `switch (error.code)` narrows to the class and its fields.
 *
 * @example
 * ```ts
 * import { type AnyOciError, parseReference } from 'oras-helm/oras'
 *
 * try {
 *   parseReference('localhost:5000/MyArtifact')
 * } catch (error) {
 *   const known = error as AnyOciError
 *   if (known.code === 'ERR_INVALID_REFERENCE') console.log(known.part) // MyArtifact
 * }
 * ```
 */
export type AnyOciError =
  | InvalidReferenceError
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

/**
 * The entry point `oras-helm/oras`: ORAS for JavaScript, for any OCI artifact, without Helm and YAML. `oras-helm` exports
 * all of it too.
 */
export { loginRegistry, type LoginRegistryOptions, type LoginRegistryResult } from './login-registry.js'
export { logoutRegistry, type LogoutRegistryOptions, type LogoutRegistryResult } from './logout-registry.js'
export { type Reference, formatReference, parseReference } from './oci/reference.js'
export { type Digest, type DigestAlgorithm, digestOf, parseDigest } from './oci/digest.js'
export type { Annotations, Descriptor } from './oci/descriptor.js'
export { bytesContent, type Content, type OpenOptions, readContent } from './oci/content.js'
export { buildManifest, type Manifest, type ManifestParts, parseManifest } from './oci/manifest.js'
export type { ContentStore, PutOptions, SignalOptions, Source, Target } from './store/target.js'
export { contentSource } from './store/content-source.js'
export { MemoryStore } from './store/memory-store.js'
export { fileContent } from './store/file-content.js'
export { writeContent, type WriteOptions } from './store/write-content.js'
export { Repository, type RepositoryOptions } from './registry/repository.js'
export type { ConnectionOptions, Mirror } from './registry/connection/connection-options.js'
export type { TlsOptions } from './http/tls/tls-options.js'
export type { ProxyOptions } from './http/proxy/proxy-options.js'
export type {
  Credential,
  CredentialFunction,
  CredentialProvider,
  CredentialTarget,
  IdentityTokenCredential,
  PasswordCredential,
  RegistryTokenCredential,
} from './credentials/credential.js'
export { staticCredentials } from './credentials/static-credentials.js'
export { environmentCredentials } from './credentials/environment-credentials.js'
export { dockerCredentials } from './credentials/docker-credentials.js'
export { containersCredentials } from './credentials/containers-credentials.js'
export type { CredentialFileOptions } from './credentials/config-paths.js'
export { chainCredentials } from './credentials/chain-credentials.js'
export type { Fetch, FetchInit, FetchResponse } from './http/fetch.js'
export type { RetryClock, RetryOptions } from './http/retry/retry-policy.js'
export { copy, type CopyOptions, type CopyResult } from './graph/copy.js'
export type {
  OciEvent,
  ProgressEvent,
  RequestEvent,
  RetryEvent,
  ReusedEvent,
  StoredEvent,
  TaggedEvent,
  WarningEvent,
} from './events.js'
export {
  AlreadyExistsError,
  ContentMismatchError,
  CredentialError,
  InvalidArchiveError,
  InvalidManifestError,
  InvalidReferenceError,
  LimitExceededError,
  NetworkError,
  NotFoundError,
  OciError,
  type OciErrorOptions,
  RegistryError,
  UnauthorizedError,
  UnsafeUrlError,
  UnsupportedArtifactError,
} from './errors/oci-error.js'
export type { Diagnostic, RegistryAnswer } from './errors/registry-answer.js'
export { defaultCredentials } from './credentials/default-credentials.js'
export type { AnyOciError, ErrorCode } from './errors/error-codes.js'

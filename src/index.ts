/**
 * The front door of oras-helm, in the order of the walk: a chart becomes contents, contents become a manifest, and a
 * copy moves that graph from one target to another. Left out on purpose: the transport, the login and the archive code.
 */
export { pushChart, type PushChartOptions, type PushChartResult } from './push-chart.js'
export { pullChart, type PullChartOptions, type PullChartResult } from './pull-chart.js'
export { inspectChart, type InspectChartOptions, type InspectChartResult } from './inspect-chart.js'
export { readChartFile, type ReadChartFileOptions, type ReadChartFileResult } from './read-chart-file.js'
export {
  listChartVersions,
  type ListChartVersionsOptions,
  type ListChartVersionsResult,
} from './list-chart-versions.js'
export { loginRegistry, type LoginRegistryOptions, type LoginRegistryResult } from './login-registry.js'
export { logoutRegistry, type LogoutRegistryOptions, type LogoutRegistryResult } from './logout-registry.js'

export { type Reference, formatReference, parseReference } from './oci/reference.js'
export { type Digest, type DigestAlgorithm, digestOf, parseDigest } from './oci/digest.js'
export type { Annotations, Descriptor } from './oci/descriptor.js'
export { bytesContent, type Content, type OpenOptions, readContent } from './oci/content.js'
export { buildManifest, type Manifest, type ManifestParts, parseManifest } from './oci/manifest.js'

export type { Chart, ChartFile } from './chart/chart.js'
export type { ChartDependency, ChartMaintainer, ChartMetadata } from './chart/metadata.js'
export type { ChartLimits } from './chart/limits.js'
export { readChart, type ReadChartOptions } from './chart/read-chart.js'
export { createChart } from './chart/create-chart.js'
export { overrideChart } from './chart/override-chart.js'
export { type MissingDependency, missingDependencies } from './chart/check-dependencies.js'
export { type ChartFormat, type ChartLayers, layerizeChart, type LayerizeChartOptions } from './chart/layerize-chart.js'
export { packChart } from './chart/pack-chart.js'
export { assembleChart, type AssembleChartOptions } from './chart/assemble-chart.js'
export { unpackChart, type UnpackChartOptions } from './chart/unpack-chart.js'
export type { ChartVersion } from './chart/list-versions.js'
export { chartDestination } from './chart/chart-destination.js'

export type { ContentStore, PutOptions, SignalOptions, Source, Target } from './store/target.js'
export { gatherContents } from './store/gather-contents.js'
export { MemoryStore } from './store/memory-store.js'
export { fileContent } from './store/file-content.js'
export { writeContent } from './store/write-content.js'
export type { WriteOptions } from './store/write-contents.js'

export { Repository, type RepositoryOptions } from './registry/repository.js'
export type { ConnectionOptions, Mirror } from './registry/connection-options.js'
export type { TlsOptions } from './http/tls-options.js'
export type { ProxyOptions } from './http/proxy-options.js'
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
export { helmCredentials } from './credentials/helm-credentials.js'
export { dockerCredentials } from './credentials/docker-credentials.js'
export { containersCredentials } from './credentials/containers-credentials.js'
export type { CredentialFileOptions } from './credentials/file-options.js'
export { chainCredentials } from './credentials/chain-credentials.js'
export { defaultCredentials } from './credentials/default-credentials.js'
export type { Fetch, FetchInit, FetchResponse } from './http/fetch.js'
export type { RetryClock, RetryOptions } from './http/retry-policy.js'

export { copy, type CopyOptions, type CopyResult } from './transfer/copy.js'

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
  InvalidChartError,
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
} from './errors.js'
export type { Diagnostic, RegistryAnswer } from './registry-answer.js'
export type { AnyOciError, ErrorCode } from './error-codes.js'

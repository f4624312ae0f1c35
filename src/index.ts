/**
 * The entry point `oras-helm`: first the calls that do everything, then the parts they are made of. A chart becomes
 * contents, contents become a manifest, and `copy()` moves them from one target to another. Internal code for HTTP, token
 * requests and archives is not exported.
 */
export { pushChart, type PushChartOptions, type PushChartResult } from './helm/push-chart.js'
export { pullChart, type PullChartOptions, type PullChartResult } from './helm/pull-chart.js'
export { inspectChart, type InspectChartOptions, type InspectChartResult } from './helm/inspect-chart.js'
export { readChartFile, type ReadChartFileOptions, type ReadChartFileResult } from './helm/read-chart-file.js'
export {
  listChartVersions,
  type ListChartVersionsOptions,
  type ListChartVersionsResult,
} from './helm/list-chart-versions.js'
export { loginRegistry, type LoginRegistryOptions, type LoginRegistryResult } from './oras/login-registry.js'
export { logoutRegistry, type LogoutRegistryOptions, type LogoutRegistryResult } from './oras/logout-registry.js'

export { type Reference, formatReference, parseReference } from './oras/oci/reference.js'
export { type Digest, type DigestAlgorithm, digestOf, parseDigest } from './oras/oci/digest.js'
export type { Annotations, Descriptor } from './oras/oci/descriptor.js'
export {
  bytesContent,
  type BytesContentOptions,
  type Content,
  type OpenOptions,
  readContent,
  type ReadContentOptions,
} from './oras/oci/content.js'
export { buildManifest, type Manifest, type ManifestParts, parseManifest } from './oras/oci/manifest.js'

export type { Chart, ChartFile } from './helm/model/chart.js'
export type { ChartDependency, ChartMaintainer, ChartMetadata } from './helm/model/chart-metadata.js'
export type { ChartLimits } from './helm/model/chart-limits.js'
export { readChart, type ReadChartOptions } from './helm/load/read-chart.js'
export { createChart, type CreateChartOptions } from './helm/load/create-chart.js'
export { type ChartOverrides, overrideChart } from './helm/load/override-chart.js'
export { type MissingDependency, missingDependencies } from './helm/dependencies/missing-dependencies.js'
export {
  type ChartFormat,
  type ChartLayers,
  layerizeChart,
  type LayerizeChartOptions,
} from './helm/artifact/layerize-chart.js'
export { packChart, type PackChartOptions } from './helm/load/pack-chart.js'
export { assembleChart, type AssembleChartOptions } from './helm/artifact/assemble-chart.js'
export { unpackChart, type UnpackChartOptions } from './helm/folder/unpack-chart.js'
export type { ChartVersion } from './helm/version/list-versions.js'
export { chartDestination, type ChartDestinationOptions } from './helm/artifact/chart-destination.js'

export type { ContentStore, PutOptions, SignalOptions, Source, Target } from './oras/store/target.js'
export { contentSource } from './oras/store/content-source.js'
export { MemoryStore } from './oras/store/memory-store.js'
export { fileContent, type FileContentOptions } from './oras/store/file-content.js'
export { writeContent, type WriteOptions } from './oras/store/write-content.js'

export { Repository, type RepositoryOptions } from './oras/registry/repository.js'
export type { ConnectionOptions, Mirror } from './oras/registry/connection/connection-options.js'
export type { TlsOptions } from './oras/http/tls/tls-options.js'
export type { ProxyOptions } from './oras/http/proxy/proxy-options.js'
export type {
  Credential,
  CredentialFunction,
  CredentialProvider,
  CredentialTarget,
  IdentityTokenCredential,
  PasswordCredential,
  RegistryTokenCredential,
} from './oras/credentials/credential.js'
export { staticCredentials } from './oras/credentials/static-credentials.js'
export { environmentCredentials } from './oras/credentials/environment-credentials.js'
export { helmCredentials } from './helm/helm-credentials.js'
export { dockerCredentials } from './oras/credentials/docker-credentials.js'
export { containersCredentials } from './oras/credentials/containers-credentials.js'
export type { CredentialFileOptions } from './oras/credentials/config-paths.js'
export { chainCredentials } from './oras/credentials/chain-credentials.js'
export { defaultCredentials } from './helm/default-credentials.js'
export type { Fetch, FetchInit, FetchResponse } from './oras/http/fetch.js'
export type { RetryClock, RetryOptions } from './oras/http/retry/retry-policy.js'

export { copy, type CopyOptions, type CopyResult } from './oras/graph/copy.js'

export type {
  OciEvent,
  ProgressEvent,
  RequestEvent,
  RetryEvent,
  ReusedEvent,
  StoredEvent,
  TaggedEvent,
  WarningCode,
  WarningEvent,
} from './oras/events.js'
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
} from './oras/errors/oci-error.js'
export type { OciErrorJson } from './oras/errors/error-json.js'
export { InvalidChartError } from './helm/model/invalid-chart-error.js'
export type { Diagnostic, RegistryAnswer } from './oras/errors/registry-answer.js'
export type { AnyOciError, ErrorCode } from './helm/model/error-codes.js'

/** The entry point `oras-helm/testing`: an embedded registry, and the tests that every target must pass. */
export {
  type InterceptedRequest,
  startRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from './registry/start-registry.js'
export type { TestRegistryAuth } from './registry/auth-options.js'
export type { TestRegistryLinks } from './registry/tag-endpoints.js'
export type { LoggedRequest } from './registry/request-log.js'
export type { Answer, ConnectionReset } from './registry/answer.js'
export {
  type OpenedTarget,
  storeContract,
  type StoreContractCase,
  type StoreContractContext,
  type StoreContractOptions,
} from './contract/store-contract.js'

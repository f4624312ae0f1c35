/** The door of `oras-helm/testing`: an embedded registry, and the rules that every target keeps. */
export {
  type InterceptedRequest,
  startRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from './start-registry.js'
export type { TestRegistryAuth } from './auth-options.js'
export type { LoggedRequest } from './request-log.js'
export type { Answer, ConnectionReset } from './answer.js'
export {
  type OpenedTarget,
  storeContract,
  type StoreContractCase,
  type StoreContractOptions,
} from './store-contract.js'

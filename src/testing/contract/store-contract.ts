/** The rules that every target keeps, as cases for any test runner. */
import type { Target } from '../../oras/store/target.js'
import { CONTENT_CHECKS, SHA512_CHECKS } from './content-checks.js'
import { MANIFEST_CHECKS } from './manifest-checks.js'
import { TAG_CHECKS } from './tag-checks.js'

/** A target to try the rules on. */
export interface OpenedTarget {
  readonly target: Target
  /** Called after the case, whatever its outcome. */
  readonly close?: (() => Promise<void>) | undefined
}

/** Which rules apply. */
export interface StoreContractOptions {
  /** Whether the target keeps contents by sha512 digests too. `false` unless told: not every registry does. */
  readonly sha512?: boolean | undefined
}

/** One rule of the contract. */
export interface StoreContractCase {
  /** The rule in plain words: the title of a test. */
  readonly name: string
  /** Rejects if the target breaks the rule. */
  readonly run: () => Promise<void>
}

/**
 * Lists the rules that every target keeps: what `has`, `get`, `put`, `resolve` and `tag` promise, and, where a target
 * has them, `putTagged`, `fetchManifest` and `tags`. Contents and tags are random, so targets may share a registry, and
 * what other people keep in it does no harm. A case leaves behind what it puts.
 *
 * @param open Makes a target to work on; called once for each case.
 * @example
 * ```ts
 * import { MemoryStore } from 'oras-helm'
 * import { storeContract } from 'oras-helm/testing'
 *
 * for (const { name, run } of storeContract(async () => ({ target: new MemoryStore() }))) {
 *   await run() // or, with a test runner: test(name, run)
 *   console.log(`ok: ${name}`)
 * }
 * ```
 */
export function storeContract(
  open: () => Promise<OpenedTarget>,
  options: StoreContractOptions = {},
): readonly StoreContractCase[] {
  const checks = [...CONTENT_CHECKS, ...MANIFEST_CHECKS, ...TAG_CHECKS, ...(options.sha512 ? SHA512_CHECKS : [])]
  return checks.map(({ name, check }) => ({
    name,
    run: async () => {
      const { target, close } = await open()
      try {
        await check(target)
      } finally {
        await close?.()
      }
    },
  }))
}

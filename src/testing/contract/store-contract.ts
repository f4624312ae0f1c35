/** The rules that every target keeps, as cases for any test runner. */
import { aBoolean, aFunction, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import type { Target } from '../../oras/store/target.js'
import { CONTENT_CHECKS, SHA512_CHECKS } from './content-checks.js'
import { MANIFEST_CHECKS } from './manifest-checks.js'
import { TAG_CHECKS } from './tag-checks.js'

/** A target for one test case, and how to close it. */
export interface OpenedTarget {
  /** The target to test. */
  readonly target: Target
  /** Called after the case, whether it passed or failed. */
  readonly close?: (() => Promise<void>) | undefined
}

/** Options of {@link storeContract}. */
export interface StoreContractOptions {
  /**
   * Whether the target also stores contents by their sha512 digest. Not every registry does.
   *
   * @default false
   */
  readonly sha512?: boolean | undefined
}

function contractChecks(): OptionChecks<StoreContractOptions> {
  return { sha512: aBoolean }
}

/** What test runners give a test: `context.skip()` of Vitest and of `node:test`. */
export interface StoreContractContext {
  /** Called with the reason if the rule does not apply to the target. It may throw to end the test, as in Vitest. */
  readonly skip?: ((reason: string) => void) | undefined
}

/** One rule of the contract. */
export interface StoreContractCase {
  /** The rule in plain words, for the title of a test. */
  readonly name: string
  /**
   * Says why the rule does not apply to a target: the target does not have the optional member that the rule is about.
   * Jest and Mocha need this, because they decide before a test begins whether it is skipped.
   *
   * @returns `undefined` if the rule applies.
   */
  readonly skipReason: (target: Target) => string | undefined
  /**
   * Opens a target and tests the rule on it. If the rule does not apply, it calls `context.skip()` with the reason:
   * Vitest and `node:test` pass a context to each test, and then report the test as skipped.
   *
   * @throws an error if the target breaks the rule, usually an `AssertionError`.
   */
  readonly run: (context?: StoreContractContext) => Promise<void>
}

/**
 * Lists test cases for a target of your own: what `has`, `get`, `put`, `resolve` and `tag` must do, and, if the target has
 * them, `putTagged`, `fetchManifest` and `tags`. Contents and tags are random, so the target may be a registry that others
 * use at the same time. The cases do not delete what they put.
 *
 * @param open Makes a target; called once for each case.
 * @example
 * ```ts
 * import { MemoryStore } from 'oras-helm'
 * import { storeContract } from 'oras-helm/testing'
 *
 * // With Vitest or node:test: test(name, run)
 * for (const { name, run } of storeContract(async () => ({ target: new MemoryStore() }))) {
 *   let outcome = 'ok'
 *   await run({ skip: (reason) => void (outcome = `skipped, because ${reason}`) })
 *   console.log(`${name}: ${outcome}`)
 * }
 * ```
 */
export function storeContract(
  open: () => Promise<OpenedTarget>,
  options: StoreContractOptions = {},
): readonly StoreContractCase[] {
  aFunction(open, 'the argument open')
  const { sha512 = false } = readOptions(options, contractChecks())
  const checks = [...CONTENT_CHECKS, ...MANIFEST_CHECKS, ...TAG_CHECKS, ...(sha512 ? SHA512_CHECKS : [])]
  return checks.map(({ name, needs, check }) => {
    const skipReason = (target: Target): string | undefined =>
      needs === undefined || target[needs] ? undefined : `the target has no ${needs}()`
    return {
      name,
      skipReason,
      // Without named parameters: Jest and Mocha would take one for a callback, and wait for its call.
      run: async (...[context]: readonly [StoreContractContext?]) => {
        const { target, close } = await open()
        const reason = skipReason(target)
        try {
          if (reason === undefined) await check(target as Required<Target>)
        } finally {
          await close?.()
        }
        if (reason !== undefined) context?.skip?.(reason)
      },
    }
  })
}

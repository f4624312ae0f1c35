/** The rules that every target keeps, as cases for any test runner. */
import { aBoolean, aFunction, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
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

function contractChecks(): OptionChecks<StoreContractOptions> {
  return { sha512: aBoolean }
}

/** What test runners give a test: `context.skip()` of Vitest and of `node:test`. */
export interface StoreContractContext {
  /** Called with the reason if the target need not keep the rule. It may throw to end the test, as that of Vitest does. */
  readonly skip?: ((reason: string) => void) | undefined
}

/** One rule of the contract. */
export interface StoreContractCase {
  /** The rule in plain words: the title of a test. */
  readonly name: string
  /**
   * Says why a target need not keep the rule: it lacks the optional member that the rule is about. For runners that have
   * to know it before the test begins, as Jest and Mocha.
   *
   * @returns `undefined` if it must keep it.
   */
  readonly skipReason: (target: Target) => string | undefined
  /**
   * Opens a target and tries the rule on it. If the target need not keep the rule, nothing is tried, and the context is
   * told why; a runner that hands one to each test, as Vitest and `node:test` do, then reports the case as skipped.
   *
   * @throws whatever shows that the target breaks the rule, mostly an `AssertionError`.
   */
  readonly run: (context?: StoreContractContext) => Promise<void>
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
      // Runners that count the parameters of a test, as Jest and Mocha do, would wait for a callback: there is none.
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

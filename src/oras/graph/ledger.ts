/** The books of a copy: what was sent, what was there already. */
import type { OciEvent } from '../events.js'
import type { Descriptor } from '../oci/descriptor.js'

/** Remembers what became of each content, and reports it. */
export class Ledger {
  readonly #onEvent: ((event: OciEvent) => void) | undefined
  readonly #results = new Map<Descriptor, 'stored' | 'exists'>()

  constructor(onEvent: ((event: OciEvent) => void) | undefined) {
    this.#onEvent = onEvent
  }

  /** Enters a content; a later entry for the same descriptor replaces an earlier one. */
  enter(descriptor: Descriptor, result: 'stored' | 'exists'): void {
    const { mediaType, digest, size } = descriptor
    this.#results.set(descriptor, result)
    this.#onEvent?.({ type: result === 'stored' ? 'stored' : 'reused', mediaType, digest, size })
  }

  get stored(): readonly Descriptor[] {
    return [...this.#results].filter(([, result]) => result === 'stored').map(([descriptor]) => descriptor)
  }

  get reused(): readonly Descriptor[] {
    return [...this.#results].filter(([, result]) => result === 'exists').map(([descriptor]) => descriptor)
  }
}

/** A property, with its name, as the property tests run it. */
import type fc from 'fast-check'

/** A promise in plain words, and how to try it on random input. */
export interface NamedProperty {
  readonly name: string
  readonly property: fc.IRawProperty<unknown>
}

/** What each subject of the property tests hands over. */
import type fc from 'fast-check'

/** A promise in plain words, and how to try it on random input. */
export interface NamedProperty {
  readonly name: string
  readonly property: fc.IRawProperty<unknown>
}

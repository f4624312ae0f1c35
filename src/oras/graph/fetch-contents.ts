/** Reads several contents of a source into memory, in parallel. */
import type { OciEvent } from '../events.js'
import { checkedContent, type Content, readContent, uncheckedContent } from '../oci/content.js'
import { slices } from '../oci/byte-stream.js'
import type { Descriptor } from '../oci/descriptor.js'
import type { Source } from '../store/target.js'
import { observeContent } from './observe-content.js'
import { runAll } from './run-all.js'

/** How to fetch contents. */
export interface FetchOptions {
  /** How many contents are read at once. */
  readonly concurrency: number
  readonly onEvent: ((event: OciEvent) => void) | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Reads contents into memory and verifies them. Each is hashed exactly once, here, and no other code can reach the memory.
 * The first failure stops the others; when the promise settles, nothing is still running. There is no limit for the sizes:
 * the caller must check them before.
 */
export async function fetchContents(
  source: Source,
  descriptors: readonly Descriptor[],
  options: FetchOptions,
): Promise<readonly Content[]> {
  const { concurrency, onEvent, signal } = options
  const tasks = descriptors.map((descriptor) => async (running: AbortSignal) => {
    const kept = uncheckedContent(source.get(descriptor))
    const content = checkedContent(descriptor, (reading, preview) => kept.open({ signal: reading, preview }))
    const observed = onEvent ? observeContent(content, onEvent) : content
    const bytes = await readContent(observed, { limit: descriptor.size, signal: running })
    return checkedContent(descriptor, () => slices(bytes))
  })
  return runAll(tasks, { concurrency, signal })
}

/** Contents of a source, brought into memory side by side. */
import type { OciEvent } from '../events.js'
import { checkedContent, type Content, readContent, uncheckedContent } from '../oci/content.js'
import { slices } from '../oci/byte-stream.js'
import type { Descriptor } from '../oci/descriptor.js'
import type { Source } from '../store/target.js'
import { observeContent } from './observe-content.js'
import { runAll } from './run-all.js'

/** How to fetch. */
export interface FetchOptions {
  /** How many contents move at once. */
  readonly concurrency: number
  readonly onEvent: ((event: OciEvent) => void) | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Reads contents into memory that nobody else reaches, verified: each is hashed once, here, whatever the source does.
 * The first failure stops the others; when the promise settles, nothing of the call is still running. Whoever calls it
 * has looked at the sizes.
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

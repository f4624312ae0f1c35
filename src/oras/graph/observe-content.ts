/** Reports the progress of a content while it is read. */
import type { ProgressEvent } from '../events.js'
import type { Content } from '../oci/content.js'

/** Returns a content that reports its progress each time it is read, about a hundred times from start to end. */
export function observeContent(content: Content, onProgress: (event: ProgressEvent) => void): Content {
  const { digest, mediaType, size } = content.descriptor
  const step = size / 100

  async function* observe(
    source: AsyncIterable<Uint8Array>,
    start: number,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let transferred = start
    let reported = start
    for await (const chunk of source) {
      yield chunk
      transferred += chunk.length
      if (transferred - reported < step && transferred < size) continue
      reported = transferred
      onProgress({ type: 'progress', digest, mediaType, size, transferred })
    }
  }

  return {
    descriptor: content.descriptor,
    open: (options = {}) => observe(content.open(options), options.start ?? 0),
  }
}

/** Watches bytes move. */
import type { ProgressEvent } from '../events.js'
import type { Content } from '../oci/content.js'

/** Makes a content that reports how far each reading of it has come, about a hundred times from beginning to end. */
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

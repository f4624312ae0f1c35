/** Writes a file of a given size in a process of its own, whose file size may be limited; prints the result. */
import { checkedContent } from '../../src/oras/oci/content.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { writeContent } from '../../src/oras/store/write-content.js'

const [path = '', size = '0'] = process.argv.slice(2)
const bytes = Buffer.alloc(Number(size), 'abc')
const descriptor = { mediaType: 'text/plain', digest: digestOf(bytes), size: bytes.length }
const content = checkedContent(descriptor, async function* () {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000)
})
const written = writeContent(content, path).then(
  () => 'written',
  (error: unknown) => String((error as { code?: unknown }).code),
)
process.stdout.write(await written)

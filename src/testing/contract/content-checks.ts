/** The store contract for contents: `has`, `put` and `get`. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { checkedContent, readContent } from '../../oras/oci/content.js'
import type { DigestAlgorithm } from '../../oras/oci/digest.js'
import {
  type ContractCheck,
  expectBytes,
  expectCode,
  expectReason,
  mismatchedContent,
  freshContent,
} from './contract-fixtures.js'

const MEBIBYTE = 1024 * 1024

/** The rules for contents. */
export const CONTENT_CHECKS: readonly ContractCheck[] = [
  {
    name: 'has() is false before put() and true after it',
    check: async (target) => {
      const content = freshContent(100)
      assert.equal(await target.has(content.descriptor), false)
      await target.put(content)
      assert.equal(await target.has(content.descriptor), true)
    },
  },
  {
    name: 'put() says "stored", and "exists" when the content is there',
    check: async (target) => {
      const content = freshContent(100)
      assert.equal(await target.put(content), 'stored')
      assert.equal(await target.put(content), 'exists')
    },
  },
  roundTrip('get() delivers the exact bytes', 1000),
  roundTrip('a content of 3 MiB comes back whole', 3 * MEBIBYTE),
  roundTrip('an empty content comes back empty', 0),
  {
    name: 'get() can be opened again, and twice at once',
    check: async (target) => {
      const content = freshContent(100_000)
      await target.put(content)
      const kept = target.get(content.descriptor)
      await expectBytes(kept, content)
      await Promise.all([expectBytes(kept, content), expectBytes(kept, content)])
    },
  },
  {
    name: 'get() delivers the bytes from start on',
    check: async (target) => {
      const content = freshContent(200_000)
      await target.put(content)
      for (const start of [1, 100_000, 199_999, 200_000]) {
        await expectBytes(target.get(content.descriptor), content, start)
      }
    },
  },
  {
    name: 'reading can be left early',
    check: async (target) => {
      const content = freshContent(3 * MEBIBYTE)
      await target.put(content)
      for await (const piece of target.get(content.descriptor).open()) if (piece.length > 0) break
      await expectBytes(target.get(content.descriptor), content)
    },
  },
  {
    name: 'get() of a missing content throws ERR_NOT_FOUND, but only when it is opened',
    check: async (target) => {
      const missing = target.get(freshContent(100).descriptor)
      await expectCode(readContent(missing), 'ERR_NOT_FOUND')
    },
  },
  refusal('other bytes', 1000, 1000),
  refusal('too few bytes', 1000, 999),
  refusal('too many bytes', 1000, 1001),
  refusal('other bytes, in a content of 3 MiB', 3 * MEBIBYTE, 3 * MEBIBYTE),
  {
    name: 'put() of the same content many times at once keeps it once and right',
    check: async (target) => {
      const content = freshContent(100_000)
      const results = await Promise.all(Array.from({ length: 8 }, () => target.put(content)))
      assert.ok(results.includes('stored'), 'none of the puts says that it stored the content')
      await expectBytes(target.get(content.descriptor), content)
    },
  },
  {
    name: 'put() that is cancelled on its way rejects with the reason and leaves nothing',
    check: async (target) => {
      const { descriptor } = freshContent(2 * MEBIBYTE)
      const cancelling = new AbortController()
      const reason = new Error('cancelled')
      const content = checkedContent(descriptor, async function* () {
        yield randomBytes(MEBIBYTE)
        cancelling.abort(reason)
        yield randomBytes(MEBIBYTE)
      })
      await expectReason('put()', target.put(content, { signal: cancelling.signal }), reason)
      assert.equal(await target.has(descriptor), false)
    },
  },
  {
    name: 'has(), put() and get() reject with the reason of an aborted signal',
    check: async (target) => {
      const reason = new Error('cancelled before')
      const options = { signal: AbortSignal.abort(reason) }
      const [kept, other] = [freshContent(100), freshContent(100)]
      await target.put(kept)
      await expectReason('has()', target.has(kept.descriptor, options), reason)
      await expectReason('put()', target.put(other, options), reason)
      await expectReason('get()', readContent(target.get(kept.descriptor), options), reason)
      assert.equal(await target.has(other.descriptor), false)
    },
  },
]

/** The rules for targets that also store contents by their sha512 digest. */
export const SHA512_CHECKS: readonly ContractCheck[] = [
  roundTrip('a content with a sha512 digest comes back whole', 100_000, 'sha512'),
]

function roundTrip(name: string, size: number, algorithm?: DigestAlgorithm): ContractCheck {
  return {
    name,
    check: async (target) => {
      const content = freshContent(size, algorithm)
      await target.put(content)
      await expectBytes(target.get(content.descriptor), content)
    },
  }
}

function refusal(what: string, promised: number, actual: number): ContractCheck {
  return {
    name: `put() refuses ${what} with ERR_CONTENT_MISMATCH and leaves nothing`,
    check: async (target) => {
      const { descriptor } = freshContent(promised)
      await expectCode(target.put(mismatchedContent(descriptor, randomBytes(actual))), 'ERR_CONTENT_MISMATCH')
      assert.equal(await target.has(descriptor), false)
    },
  }
}

/** The store contract for targets that list their tags: `tags`. */
import assert from 'node:assert/strict'
import type { SignalOptions, Target } from '../../oras/store/target.js'
import { type ContractCheck, expectReason, freshManifest, freshTag } from './contract-fixtures.js'

/** The rules for listing tags. The target may also have tags that others have set. */
export const TAG_CHECKS: readonly ContractCheck[] = [
  {
    name: 'tags() lists every tag, and each once',
    needs: 'tags',
    check: async (target) => {
      const [before, after] = [await freshManifest(target), await freshManifest(target)]
      const [moved, other, unused] = [freshTag(), freshTag(), freshTag()]
      await target.put(before)
      await target.put(after)
      for (const [manifest, tag] of [
        [before, moved],
        [after, moved],
        [after, other],
      ] as const) {
        await target.tag(manifest.descriptor, tag)
      }
      const listed = await listTags(target)
      assert.equal(new Set(listed).size, listed.length, 'tags() lists a tag twice')
      assert.deepEqual(
        [moved, other, unused].map((tag) => listed.includes(tag)),
        [true, true, false],
        'tags() does not list just the tags that were set',
      )
    },
  },
  {
    name: 'tags() can be left early, and gone through again',
    needs: 'tags',
    check: async (target) => {
      const manifest = await freshManifest(target)
      const tags = [freshTag(), freshTag()]
      await target.put(manifest)
      for (const tag of tags) await target.tag(manifest.descriptor, tag)
      for await (const tag of target.tags()) if (tag !== '') break
      const listed = await listTags(target)
      assert.ok(
        tags.every((tag) => listed.includes(tag)),
        'tags() lists less the second time',
      )
    },
  },
  {
    name: 'tags() rejects with the reason of an aborted signal',
    needs: 'tags',
    check: async (target) => {
      const manifest = await freshManifest(target)
      await target.put(manifest)
      await target.tag(manifest.descriptor, freshTag())
      const reason = new Error('cancelled before')
      await expectReason('tags()', listTags(target, { signal: AbortSignal.abort(reason) }), reason)
    },
  },
]

async function listTags(target: Required<Target>, options?: SignalOptions): Promise<readonly string[]> {
  const listed: string[] = []
  for await (const tag of target.tags(options)) listed.push(tag)
  return listed
}

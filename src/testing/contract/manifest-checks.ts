/** The store contract for manifests and tags: `put`, `tag`, `resolve`, `putTagged` and `fetchManifest`. */
import assert from 'node:assert/strict'
import { readContent } from '../../oras/oci/content.js'
import { buildManifest } from '../../oras/oci/manifest.js'
import {
  type ContractCheck,
  expectBytes,
  expectCode,
  expectReason,
  expectSame,
  freshContent,
  freshManifest,
  freshTag,
} from './contract-fixtures.js'

/** The rules for manifests and tags. */
export const MANIFEST_CHECKS: readonly ContractCheck[] = [
  {
    name: 'resolve() of an unknown tag or digest is undefined',
    check: async (target) => {
      assert.equal(await target.resolve(freshTag()), undefined)
      const unknown = buildManifest({ config: freshContent(20), layers: [] })
      assert.equal(await target.resolve(unknown.descriptor.digest), undefined)
    },
  },
  {
    name: 'put() keeps a manifest byte for byte, and says "exists" the second time',
    check: async (target) => {
      const manifest = await freshManifest(target)
      assert.equal(await target.has(manifest.descriptor), false)
      assert.equal(await target.put(manifest), 'stored')
      assert.equal(await target.put(manifest), 'exists')
      assert.equal(await target.has(manifest.descriptor), true)
      await expectBytes(target.get(manifest.descriptor), manifest)
    },
  },
  {
    name: 'resolve() finds a manifest by its tag and by its digest',
    check: async (target) => {
      const manifest = await freshManifest(target)
      const tag = freshTag()
      await target.put(manifest)
      await target.tag(manifest.descriptor, tag)
      expectSame(await target.resolve(tag), manifest.descriptor)
      expectSame(await target.resolve(manifest.descriptor.digest), manifest.descriptor)
    },
  },
  {
    name: 'tag() moves a tag that points elsewhere',
    check: async (target) => {
      const [before, after] = [await freshManifest(target), await freshManifest(target)]
      const tag = freshTag()
      for (const manifest of [before, after]) {
        await target.put(manifest)
        await target.tag(manifest.descriptor, tag)
        expectSame(await target.resolve(tag), manifest.descriptor)
      }
      expectSame(await target.resolve(before.descriptor.digest), before.descriptor)
    },
  },
  {
    name: 'tag() of a missing manifest throws ERR_NOT_FOUND and tags nothing',
    check: async (target) => {
      const missing = buildManifest({ config: freshContent(20), layers: [] })
      const tag = freshTag()
      await expectCode(target.tag(missing.descriptor, tag), 'ERR_NOT_FOUND')
      assert.equal(await target.resolve(tag), undefined)
    },
  },
  {
    name: 'get() of a missing manifest throws ERR_NOT_FOUND, but only when it is opened',
    check: async (target) => {
      const missing = target.get(buildManifest({ config: freshContent(20), layers: [] }).descriptor)
      await expectCode(readContent(missing), 'ERR_NOT_FOUND')
    },
  },
  {
    name: 'putTagged() keeps the manifest, sets every tag, and stops at an aborted signal',
    needs: 'putTagged',
    check: async (target) => {
      const manifest = await freshManifest(target)
      const tags = [freshTag(), freshTag(), freshTag()]
      await target.putTagged(manifest, tags)
      for (const tag of tags) expectSame(await target.resolve(tag), manifest.descriptor)
      await expectBytes(target.get(manifest.descriptor), manifest)

      const [reason, unset] = [new Error('cancelled before'), freshTag()]
      const putting = target.putTagged(manifest, [unset], { signal: AbortSignal.abort(reason) })
      await expectReason('putTagged()', putting, reason)
      assert.equal(await target.resolve(unset), undefined)
    },
  },
  {
    name: 'fetchManifest() reads what resolve() finds, is undefined where there is nothing, and stops at an aborted signal',
    needs: 'fetchManifest',
    check: async (target) => {
      const manifest = await freshManifest(target)
      const tag = freshTag()
      assert.equal(await target.fetchManifest(tag), undefined)
      await target.put(manifest)
      await target.tag(manifest.descriptor, tag)
      for (const name of [tag, manifest.descriptor.digest]) {
        const fetched = await target.fetchManifest(name)
        assert.ok(fetched, `fetchManifest() finds nothing under ${name}`)
        expectSame(fetched.descriptor, manifest.descriptor)
        await expectBytes(fetched, manifest)
      }
      const reason = new Error('cancelled before')
      const fetching = target.fetchManifest(tag, { signal: AbortSignal.abort(reason) })
      await expectReason('fetchManifest()', fetching, reason)
    },
  },
  {
    name: 'resolve() and tag() reject with the reason of an aborted signal',
    check: async (target) => {
      const reason = new Error('cancelled before')
      const options = { signal: AbortSignal.abort(reason) }
      const manifest = await freshManifest(target)
      const tag = freshTag()
      await target.put(manifest)
      await expectReason('resolve()', target.resolve(manifest.descriptor.digest, options), reason)
      await expectReason('tag()', target.tag(manifest.descriptor, tag, options), reason)
      assert.equal(await target.resolve(tag), undefined)
    },
  },
]

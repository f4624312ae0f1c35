/** Which names of repositories and tags the embedded registry accepts. */
import { describe } from 'vitest'
import { testCalls } from '../../support/call.js'

const REPOSITORIES = ['a', 'a/b', 'a.b', 'a_b', 'a__b', 'a-b', 'a---b', '0/1', 'a/b/blobs/uploads', 'referrers/a']
const NO_REPOSITORIES = ['A', 'a/B', 'a..b', 'a___b', '-a', 'a-', '.a', '_a', 'a/', '/a', 'a//b', 'a+b', 'a:b', 'ä']
const TAGS = ['a', 'A', '0', '_', '_.-', '1.0.0-rc.1_build', 'a'.repeat(128)]
const NO_TAGS = ['.a', '-a', 'a+b', 'a b', 'ä', 'a'.repeat(129)]

describe('a repository may have the name', () => {
  testCalls(REPOSITORIES.map((name) => ({ title: name, path: `${name}/tags/list`, status: 404, code: 'NAME_UNKNOWN' })))
})

describe('no repository has the name', () => {
  testCalls(
    NO_REPOSITORIES.map((name) => ({
      title: name,
      path: `${encodeURIComponent(name)}/tags/list`,
      status: 400,
      code: 'NAME_INVALID',
    })),
  )
})

describe('a tag may have the name', () => {
  testCalls(
    TAGS.map((tag) => ({ title: tag, path: `charts/one/manifests/${tag}`, status: 404, code: 'MANIFEST_UNKNOWN' })),
  )
})

describe('no tag has the name', () => {
  testCalls(
    NO_TAGS.map((tag) => ({
      title: tag,
      path: `charts/one/manifests/${encodeURIComponent(tag)}`,
      status: 400,
      code: 'TAG_INVALID',
    })),
  )
})

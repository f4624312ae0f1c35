/** Links and paths on the pages lead to existing files and headings. */
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages, type Page, readPage, ROOT, sources } from './find-blocks.js'

describe.each(pages)('$path', (page) => {
  const prose = withoutCode(page)

  it('links to existing files and headings', () => {
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const relative = links.filter((target) => !/^https?:/.test(target))
    expect(relative.filter((target) => !leadsSomewhere(target, page))).toEqual([])
  })

  it('names existing files', () => {
    expect(pathsIn(prose).filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

it('doc comments name existing pages', () => {
  const named = sources.flatMap(({ text }) => [...text.matchAll(/\bdocs\/[\w/-]+\.md/g)].map(([path]) => path))
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
})

it('each page in docs is linked from docs/README.md', () => {
  const index = readPage('docs/README.md').text
  const others = pages.filter(({ path }) => path.startsWith('docs/') && path !== 'docs/README.md')
  expect(
    others.filter(({ path }) => !index.includes(`(${posix.relative('docs', path)})`)).map(({ path }) => path),
  ).toEqual([])
})

it('headings become anchors as on GitHub', () => {
  expect(['Where a push lands', '`ERR_REGISTRY`: why, and what now?'].map(anchorOf)).toEqual([
    'where-a-push-lands',
    'err_registry-why-and-what-now',
  ])
})

function leadsSomewhere(target: string, { path }: Page): boolean {
  const [file = '', anchor] = target.split('#')
  const found = file === '' ? path : posix.join(posix.dirname(path), file)
  if (!existsSync(join(ROOT, found))) return false
  return anchor === undefined || anchorsIn(readPage(found)).includes(anchor)
}

function anchorsIn(page: Page): readonly string[] {
  return [...withoutCode(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

/** Paths of this repository in back quotes; `<name>` and `*` are not paths. */
function pathsIn(prose: string): readonly string[] {
  return [...prose.matchAll(/`((?:src|test|docs|examples|\.github|\.ci)\/[\w./-]*)`/g)].map(([, path = '']) => path)
}

function withoutCode({ text }: Page): string {
  return text.replace(/^```[^]*?^```$/gm, '')
}

/**
 * Archives that programs read differently, or may: the library refuses one, or reads exactly what Go, Helm, Python, GNU tar
 * and bsdtar read, byte for byte.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OciError, readChart } from '../../src/index.js'
import { gunzipBytes } from '../../src/oras/tar/gunzip.js'
import { readTar } from '../../src/oras/tar/read-tar.js'
import { SEEDS } from '../support/seeds.js'
import { skipBecause } from '../support/skip-because.js'
import { askBsdtar, askGnuTar, askGo, askPython, plainEntry, type SeenEntry, type Sight } from './archive-readers.js'
import { BUILD_TIMEOUT } from './describe-with-peer.js'
import { HELM_LOADER, installPeer, peerMissing, peerPath } from './peers.js'
import { oddArchives, type OddArchive, randomOddArchives } from './odd-archives.js'

const RANDOM = process.env['INTEROP_LONG'] ? 8000 : 2000
/** How many accepted random archives are given to the programs that are started for each archive. */
const STARTED = process.env['INTEROP_LONG'] ? 2000 : 60

interface AskedArchive {
  readonly name: string
  readonly path: string
  /** The entries, and the files of the chart. */
  readonly own: { readonly entries: readonly SeenEntry[]; readonly files: readonly SeenEntry[] } | undefined
}

/** Says why a program cannot be asked; on some systems, another one is called `tar`. */
function isMissing(program: string, title = ''): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.includes(title) ? undefined : `${program} is not installed`
}

let table: readonly AskedArchive[]
let random: readonly AskedArchive[]
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oras-helm-interop-'))
  table = await Promise.all(oddArchives.map((archive, at) => look(archive, `table-${at}`)))
  const drawn = SEEDS.flatMap((seed) => randomOddArchives(Math.ceil(RANDOM / SEEDS.length), seed))
  random = await Promise.all(drawn.map((archive, at) => look(archive, `random-${at}`)))
}, BUILD_TIMEOUT)

afterAll(() => rm(folder, { recursive: true, force: true }), 300_000)

describe('readers of archives', () => {
  describe('one chart to all', () => {
    it('accepts enough of the archives, and refuses enough of them', () => {
      const share = (archives: readonly AskedArchive[]): number =>
        archives.filter(({ own }) => own).length / archives.length

      console.log(
        `odd archives: SEED=${SEEDS.join()}, we take ${Math.round(share(random) * 100)} % of ${random.length}`,
      )
      for (const archives of [table, random]) {
        expect(share(archives)).toBeGreaterThan(0.05)
        expect(share(archives)).toBeLessThan(0.5)
      }
    })

    const noGo = peerMissing(HELM_LOADER)
    it.skipIf(skipBecause(noGo, 'archives to Go and Helm'))(
      'Go and Helm read what we read',
      async () => {
        installPeer(HELM_LOADER)
        const taken = [...table, ...random].filter(({ own }) => own)
        const { go, helm3, helm4 } = await askGo(peerPath(HELM_LOADER), taken.map(toPath))

        expect(differing(taken, go)).toEqual([])
        expect(differing(taken, helm3, 'files')).toEqual([])
        expect(differing(taken, helm4, 'files')).toEqual([])
      },
      BUILD_TIMEOUT,
    )

    it.skipIf(skipBecause(isMissing('python3'), "archives to Python's tarfile"))(
      "Python's tarfile reads what we read",
      async () => {
        const taken = [...table, ...random].filter(({ own }) => own)

        expect(differing(taken, await askPython(taken.map(toPath)))).toEqual([])
      },
      BUILD_TIMEOUT,
    )

    for (const [title, program, ask] of [
      ['GNU tar', 'tar', askGnuTar],
      ['bsdtar', 'bsdtar', askBsdtar],
    ] as const) {
      it.skipIf(skipBecause(isMissing(program, title), `archives to ${title}`))(
        `${title} reads what we read`,
        async () => {
          const some = random.filter(({ own }) => own).slice(0, STARTED)
          const taken = [...table.filter(({ own }) => own), ...some]
          const sights: Sight[] = []
          for (const { path } of taken) sights.push(await ask(path))

          expect(differing(taken, sights)).toEqual([])
        },
        BUILD_TIMEOUT,
      )
    }

    it.skipIf(skipBecause(isMissing('python3'), "archives that Python's tarfile sees otherwise"))(
      'there are many archives that Python and Go read differently',
      async ({ skip }) => {
        if (noGo) return skip(noGo)
        const refused = table.filter(({ own }) => !own)
        const paths = refused.map(toPath)
        const [{ go }, python] = [await askGo(peerPath(HELM_LOADER), paths), await askPython(paths)]

        const disputed = paths.filter(
          (_, at) => JSON.stringify(readable(go[at])) !== JSON.stringify(readable(python[at])),
        )
        expect(disputed.length).toBeGreaterThan(40)
      },
      BUILD_TIMEOUT,
    )
  })
})

async function look({ name, make }: OddArchive, file: string): Promise<AskedArchive> {
  const bytes = make()
  const path = join(folder, `${file}.tgz`)
  await writeFile(path, bytes)
  try {
    const { files } = await readChart(path)
    const entries: SeenEntry[] = []
    for await (const entry of readTar(gunzipBytes(bytes))) {
      const sha256 = createHash('sha256')
      for await (const piece of entry.body) sha256.update(piece)
      entries.push(plainEntry([entry.name, entry.kind, sha256.digest('hex')]))
    }
    return { name, path, own: { entries, files: files.map((each) => [each.path, 'file', hash(each.bytes)]) } }
  } catch (error) {
    if (!(error instanceof OciError)) throw error
    return { name, path, own: undefined }
  }
}

function toPath({ path }: AskedArchive): string {
  return path
}

/**
 * Lists the archives that a program reads differently. The order of files is ignored, because ours is Helm's; a file that
 * is there twice with the same bytes counts once, because Helm keeps both.
 */
function differing(
  archives: readonly AskedArchive[],
  sights: readonly (Sight | undefined)[],
  what: 'entries' | 'files' = 'entries',
): readonly unknown[] {
  const inOrder = (sight: Sight | undefined): Sight | undefined =>
    what === 'files' && isReadable(sight) ? unique(sight).toSorted((a, b) => (a[0] < b[0] ? -1 : 1)) : sight
  return archives.flatMap(({ name, own }, at) => {
    const [ours, theirs] = [inOrder(own?.[what]), inOrder(sights[at])]
    return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ name, ours, theirs }]
  })
}

function unique(entries: readonly SeenEntry[]): readonly SeenEntry[] {
  return [...new Map(entries.map((entry) => [entry.join('\0'), entry])).values()]
}

function isReadable(sight: Sight | undefined): sight is readonly SeenEntry[] {
  return Array.isArray(sight)
}

function readable(sight: Sight | undefined): Sight | undefined {
  return isReadable(sight) ? sight : undefined
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

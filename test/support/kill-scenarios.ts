/** Calls that are killed at a step: what may be visible right after that, and what the next call in the same place does. */
import { lstat, mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { loginRegistry, logoutRegistry, pullChart, pushChart } from '../../src/index.js'
import type { TestRegistry } from '../../src/testing/index.js'
import type { Kill, PushHow, Task } from './act-in-process.js'
import { act } from './kill-processes.js'
import { packFiles } from './make-chart.js'
import { entryOf, writeFiles } from './make-home.js'

/** A place where a call is killed. */
interface Place {
  readonly task: Task
  /** Checks, before the next call tidies, that nothing half done is visible. */
  checkKilled(): Promise<void>
  /** Makes the next call, and checks that it leaves nothing but what is wanted. */
  checkNext(): Promise<void>
}

export interface Scenario {
  readonly name: string
  /** The points at which a kill shows the most. */
  readonly telling: readonly Kill[]
  readonly prepare: (registry: TestRegistry, folder: string) => Promise<Place>
}

type Listed = Readonly<Record<string, string>>

/** Lists a folder: the text of each file, the target of each link, and folders with a slash. */
async function list(folder: string, inside = ''): Promise<Listed> {
  const listed: Record<string, string> = {}
  const names: readonly string[] = await readdir(join(folder, inside)).catch(() => [])
  for (const name of names.toSorted()) {
    const path = join(inside, name)
    const info = await lstat(join(folder, path))
    if (info.isDirectory()) Object.assign(listed, { [`${path}/`]: '' }, await list(folder, path))
    else if (info.isSymbolicLink()) listed[path] = `-> ${await readlink(join(folder, path))}`
    else listed[path] = await readFile(join(folder, path), 'latin1')
  }
  return listed
}

/** Lists a folder without its temporary entries. */
async function listVisible(folder: string): Promise<Listed> {
  return Object.fromEntries(Object.entries(await list(folder)).filter(([path]) => !path.includes('.oras-helm-')))
}

/** Expects one of several states. */
function expectOneOf(state: unknown, states: readonly unknown[]): void {
  expect(states.map((each) => JSON.stringify(each))).toContain(JSON.stringify(state))
}

const CHART_YAML = 'apiVersion: v2\nname: mychart\nversion: 1.0.0\n'
const FILES = {
  'Chart.yaml': CHART_YAML,
  'README.md': '# mychart\n',
  'templates/a.yaml': 'a: 1\n',
  'templates/deep/b.yaml': 'b: 1\n',
  'templates/deep/c.yaml': 'c: 1\n',
  'templates/deep/d.yaml': 'd: 1\n',
  'values.yaml': 'c: 1\n',
}
const archive = packFiles(FILES)
const provenance = Buffer.from('-----BEGIN PGP SIGNED MESSAGE-----\nnew\n')

let count = 0

/** Pushes the chart to a repository of its own. */
async function pushTo(registry: TestRegistry, withProvenance: boolean): Promise<string> {
  const { reference } = await pushChart(archive, `oci://${registry.host}/killed-${++count}`, {
    ...(withProvenance && { provenance }),
    credentials: 'anonymous',
  })
  return reference
}

const NEW_FOLDER = {
  'mychart/': '',
  'mychart/templates/': '',
  'mychart/templates/deep/': '',
  ...Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`mychart/${path}`, text])),
}
const OLD_FOLDER = { 'mychart/': '', 'mychart/inner/': '', 'mychart/inner/old': 'old', 'mychart/old': 'old' }
const NEW_FILE = { 'mychart-1.0.0.tgz': archive.toString('latin1') }
const NEW_PROVENANCE = { 'mychart-1.0.0.tgz.prov': provenance.toString('latin1') }
const OLD_FILE = { 'mychart-1.0.0.tgz': 'old' }
const OLD_PROVENANCE = { 'mychart-1.0.0.tgz.prov': 'of the old one' }

interface PullStates {
  readonly before: Listed
  readonly after: Listed
  /** What may be visible until the next call corrects it. */
  readonly between: readonly Listed[]
}

/** Pulls to a folder, is killed, and pulls again: first without overwrite, then with it. */
function pulling(
  how: { readonly untar: boolean; readonly overwrite: boolean; readonly provenance?: boolean },
  { before, after, between }: PullStates,
): Scenario['prepare'] {
  return async (registry, folder) => {
    const { untar, overwrite } = how
    const destination = join(folder, 'charts')
    const bystander = { bystander: 'mine' }
    await mkdir(destination)
    for (const [path, text] of Object.entries({ ...before, ...bystander })) {
      if (path.endsWith('/')) await mkdir(join(destination, path), { recursive: true })
      else if (text.startsWith('-> ')) await symlink(text.slice(3), join(destination, path))
      else await writeFiles(destination, { [path]: text })
    }
    const reference = await pushTo(registry, how.provenance ?? false)
    const pull = (mayReplace: boolean): Promise<unknown> =>
      pullChart(reference, { destination, untar, overwrite: mayReplace, credentials: 'anonymous' })
    const sorted = (listed: Listed): Listed => Object.fromEntries(Object.entries(listed).toSorted(byPath))
    return {
      task: { call: 'pull', reference, destination, untar, overwrite },
      async checkKilled() {
        const states = [before, after, ...between].map((state) => sorted({ ...state, ...bystander }))
        expectOneOf(sorted(await listVisible(destination)), states)
      },
      async checkNext() {
        const refused = await pull(false).then(
          () => undefined,
          (error: { code: string }) => error.code,
        )
        expectOneOf(refused, [undefined, 'ERR_ALREADY_EXISTS'])
        const whole = refused === undefined ? [after] : [before, after].filter((state) => Object.keys(state).length > 0)
        expectOneOf(
          sorted(await list(destination)),
          whole.map((state) => sorted({ ...state, ...bystander })),
        )

        await pull(true)
        expect(await list(destination)).toEqual({ ...after, ...bystander })
      },
    }
  }
}

const byPath = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1)

/** Logs in or out, is killed, and logs in again. */
function editingLogins(
  call: 'login' | 'logout',
  before: Readonly<Record<string, string>> | undefined,
  next: 'login' | 'logout',
): Scenario['prepare'] {
  return async (registry, folder) => {
    const named = (logins: Readonly<Record<string, string>>): object => ({
      auths: Object.fromEntries(
        Object.entries(logins).map(([key, password]) => [key.replace('HERE', registry.host), entryOf(password)]),
      ),
    })
    // A link leads to the file; the temporary file lies in the same folder.
    const path = join(folder, 'config.json')
    const real = join(folder, 'kept/auth.json')
    if (before) await writeFiles(folder, { 'kept/auth.json': named(before) })
    await symlink('kept/auth.json', path)
    const { HERE: _, ...others } = before ?? {}
    const changed = call === 'login' ? { ...before, HERE: 's3cret' } : others
    const read = async (): Promise<unknown> =>
      JSON.parse(await readFile(real, 'utf8').catch(() => JSON.stringify(named({}))))
    return {
      task:
        call === 'login'
          ? { call, registry: registry.host, username: 'me', password: 's3cret', path }
          : { call, registry: registry.host, path },
      async checkKilled() {
        expectOneOf(await read(), [named(before ?? {}), named(changed)])
      },
      async checkNext() {
        // The same registry by another name, which is another key.
        const other = registry.host.replace('127.0.0.1', 'localhost')
        if (next === 'login') await loginRegistry(other, { username: 'me', password: 'next' }, { path })
        else await logoutRegistry(other, { path })
        const added = next === 'login' ? { [other]: 'next' } : {}
        expectOneOf(await read(), [named({ ...before, ...added }), named({ ...changed, ...added })])
        const files = Object.keys(await list(folder)).filter((name) => name !== 'config.json')
        expectOneOf(files, [['kept/', 'kept/auth.json'], ['kept/'], []])
      },
    }
  }
}

/** Pushes a chart, perhaps over another one of the same version, is killed, and pushes it again. */
function pushing(how: PushHow, isOverOther: boolean): Scenario['prepare'] {
  return async (registry, folder) => {
    const repository = `pushed-${++count}/mychart`
    const chart = join(folder, 'mychart')
    await writeFiles(chart, { ...FILES, 'values.yaml': 'old: 1\n' })
    const reference = `oci://${registry.host}/${repository}:1.0.0`
    const push = async (to: string): Promise<string> =>
      (await pushChart(chart, to, { ...how, credentials: 'anonymous' })).digest
    const old = isOverOther ? await push(reference) : undefined
    await writeFiles(chart, FILES)
    const digest = await push(`oci://${registry.host}/expected/mychart:1.0.0`)
    const before = await list(folder)
    const names = ['1.0.0', ...(how.tags ?? [])]
    const tagged = (): unknown[] => names.map((name) => registry.tags(repository)[name])
    return {
      task: { call: 'push', chart, reference, how },
      async checkKilled() {
        // One tag after the other; each names the whole old chart or the whole new one.
        for (const tag of tagged()) expect([old, digest]).toContain(tag)
        expect(await list(folder)).toEqual(before)
      },
      async checkNext() {
        await push(reference)
        expect(tagged()).toEqual(names.map(() => digest))
        expect((await pullChart(reference, { credentials: 'anonymous' })).digest).toBe(digest)
        expect(await list(folder)).toEqual(before)
      },
    }
  }
}

/** After a call that was killed, the call that tidies is killed too. */
function tidying(prepare: Scenario['prepare'], kill: Kill): Scenario['prepare'] {
  return async (registry, folder) => {
    const place = await prepare(registry, folder)
    expect(await act(place.task, kill)).toBeUndefined()
    return place
  }
}

const PULL_OVER_FOLDER = pulling(
  { untar: true, overwrite: true },
  { before: OLD_FOLDER, after: NEW_FOLDER, between: [{}] },
)

const PULL_OVER_FILES = pulling(
  { untar: false, overwrite: true, provenance: true },
  {
    before: { ...OLD_FILE, ...OLD_PROVENANCE },
    after: { ...NEW_FILE, ...NEW_PROVENANCE },
    between: [OLD_FILE, NEW_FILE],
  },
)

export const scenarios: readonly Scenario[] = [
  {
    name: 'the first login to any registry',
    telling: [['before', 'rename', 1]],
    prepare: editingLogins('login', undefined, 'login'),
  },
  {
    name: 'the first login to any registry, before a logout from another one',
    telling: [['within', 'writeFile', 1]],
    prepare: editingLogins('login', undefined, 'logout'),
  },
  {
    name: 'a login that replaces another one',
    telling: [
      ['before', 'mkdtemp', 2],
      ['after', 'rename', 1],
    ],
    prepare: editingLogins('login', { HERE: 'older', 'ghcr.io': 'other' }, 'login'),
  },
  {
    name: 'a login that replaces another one, before a logout from a third registry',
    telling: [],
    prepare: editingLogins('login', { HERE: 'older', 'ghcr.io': 'other' }, 'logout'),
  },
  {
    name: 'a logout',
    telling: [],
    prepare: editingLogins('logout', { HERE: 'older', 'ghcr.io': 'other' }, 'login'),
  },
  {
    name: 'a pull of a folder',
    telling: [
      ['within', 'writeFile', 1],
      ['after', 'rename', 1],
    ],
    prepare: pulling({ untar: true, overwrite: false }, { before: {}, after: NEW_FOLDER, between: [] }),
  },
  {
    name: 'a pull of a folder over another one',
    telling: [
      ['after', 'rename', 1],
      ['after', 'rename', 2],
    ],
    prepare: PULL_OVER_FOLDER,
  },
  {
    name: 'a pull of a folder over a link',
    telling: [],
    prepare: pulling(
      { untar: true, overwrite: true },
      { before: { mychart: '-> bystander' }, after: NEW_FOLDER, between: [{}] },
    ),
  },
  {
    name: 'a pull of a file and its provenance',
    telling: [['after', 'link', 1]],
    prepare: pulling(
      { untar: false, overwrite: false, provenance: true },
      { before: {}, after: { ...NEW_FILE, ...NEW_PROVENANCE }, between: [NEW_FILE] },
    ),
  },
  {
    name: 'a pull of a file and its provenance over others',
    telling: [
      ['after', 'rename', 1],
      ['after', 'rename', 2],
    ],
    prepare: PULL_OVER_FILES,
  },
  {
    name: 'a pull of a file without provenance over one that has it',
    telling: [],
    prepare: pulling(
      { untar: false, overwrite: true },
      { before: { ...OLD_FILE, ...OLD_PROVENANCE }, after: NEW_FILE, between: [OLD_FILE] },
    ),
  },
  { name: 'a push', telling: [['after', 'request', 4]], prepare: pushing({}, false) },
  { name: 'a push over another chart', telling: [], prepare: pushing({}, true) },
  {
    name: 'a push as two layers, with more tags',
    telling: [],
    prepare: pushing({ format: 'split', tags: ['a', 'b'] }, false),
  },
  {
    name: 'a push with more tags over another chart',
    telling: [],
    prepare: pushing({ tags: Array.from({ length: 50 }, (_, count) => `v${count}`) }, true),
  },
  {
    name: 'a call that tidies what is left between two renames of a folder',
    telling: [['after', 'rename', 1]],
    prepare: tidying(PULL_OVER_FOLDER, ['after', 'rename', 1]),
  },
  {
    name: 'a call that tidies what is left before two files are in their place',
    telling: [],
    prepare: tidying(PULL_OVER_FILES, ['after', 'rename', 1]),
  },
  {
    name: 'a call that tidies what is left between two files',
    telling: [],
    prepare: tidying(PULL_OVER_FILES, ['after', 'rename', 2]),
  },
]

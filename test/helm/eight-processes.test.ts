/** Eight processes at once in one place: all succeed, no one undoes the work of another, and no temporary file is left. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pullChart, pushChart, readChart } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { act, buildProgram } from '../support/kill-processes.js'
import { packFiles, toTexts } from '../support/make-chart.js'
import { makeFolder } from '../support/make-folder.js'
import { skipOnWindows } from '../support/skip-because.js'

const CHART_YAML = 'apiVersion: v2\nname: mychart\nversion: 1.0.0\n'
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8]

/** The same registry, by a name that has another key in the file. */
const byOtherName = (host = ''): string => host.replace('127.0.0.1', 'localhost')

async function start(): Promise<TestRegistry> {
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  return registry
}

buildProgram()

describe.skipIf(skipOnWindows('eight processes at once'))('eight processes at once', () => {
  it('hold a lock one at a time', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'count'), '0')

    await Promise.all(EIGHT.map(() => act({ call: 'count', folder, times: 10 })))

    expect(await readFile(join(folder, 'count'), 'utf8')).toBe('80')
    expect(await readdir(folder)).toEqual(['count'])
  })

  it('log in to eight registries, and no login is lost; nor if others are killed meanwhile', async () => {
    const folder = await makeFolder()
    const path = join(folder, 'config.json')
    const hosts = (await Promise.all(EIGHT.map(start))).map(({ host }) => host)
    const login = (registry: string) => ({ call: 'login', registry, username: 'me', password: 'a', path }) as const

    await Promise.all([
      ...hosts.map((host) => act(login(host))),
      // One is killed while it has the lock, and one after it has written the login and before the file has its name.
      act(login(byOtherName(hosts[0])), ['after', 'mkdtemp', 2]),
      act(login(byOtherName(hosts[1])), ['before', 'rename', 1]),
    ])

    const { auths } = JSON.parse(await readFile(path, 'utf8')) as { auths: object }
    expect(Object.keys(auths).toSorted()).toEqual(hosts.toSorted())
    await act({ call: 'logout', registry: 'localhost:1', path })
    expect(await readdir(folder)).toEqual(['config.json'])
  })

  it('replace one folder, some of them killed between its renames: it is there, whole, and nothing else', async () => {
    const destination = await makeFolder()
    const { host } = await start()
    const texts = EIGHT.map((each) => ({ 'Chart.yaml': CHART_YAML, a: `${each}`, [`only/${each}`]: `${each}` }))
    const references = await Promise.all(
      texts.map(async (files, index) => {
        const { reference } = await pushChart(packFiles(files), `oci://${host}/${index}`, { credentials: 'anonymous' })
        return reference
      }),
    )

    await Promise.all(
      references.map((reference, index) =>
        act(
          { call: 'pull', reference, destination, untar: true, overwrite: true },
          index % 3 === 1 ? ['after', 'rename', 1] : undefined,
        ),
      ),
    )
    const refused = pullChart(references[0] ?? '', { destination, untar: true, credentials: 'anonymous' })

    await expect(refused).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' })
    expect(await readdir(destination)).toEqual(['mychart'])
    const { files } = await readChart(join(destination, 'mychart'))
    expect(texts).toContainEqual({
      'Chart.yaml': CHART_YAML,
      ...toTexts(files),
    })
  })
})

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  containersCredentials,
  type CredentialFunction,
  dockerCredentials,
  helmCredentials,
} from '../../../src/index.js'
import { makeFolder } from '../../support/make-folder.js'
import { writeFiles } from '../../support/make-home.js'
import { toolFiles } from '../../support/tool-files.js'

describe.each(toolFiles)('what is written by $tool', ({ text, logins }) => {
  it.each<[reader: string, read: (options: { path: string }) => CredentialFunction]>([
    ['Docker', dockerCredentials],
    ['Helm', helmCredentials],
    ['Podman', containersCredentials],
  ])('is read in place of a file of %s', async (_, read) => {
    const folder = await makeFolder()
    await writeFiles(folder, { 'file.json': text })
    const credentials = read({ path: join(folder, 'file.json') })

    const found: Record<string, unknown> = {}
    for (const name of Object.keys(logins)) {
      const [registry = '', ...path] = name.split('/')
      found[name] = await credentials({ registry, repository: path.join('/') })
    }

    expect(found).toEqual(logins)
  })
})

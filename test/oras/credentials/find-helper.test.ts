import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findHelper } from '../../../src/oras/credentials/find-helper.js'
import { makeFolder } from '../../support/make-folder.js'
import { setVariables } from '../../support/set-variables.js'
import { skipOnWindows } from '../../support/skip-because.js'

const NAME = 'docker-credential-test'

describe.skipIf(skipOnWindows('findHelper()'))('findHelper()', () => {
  it('finds the first program on the PATH, and passes what is none', async () => {
    const folder = await makeFolder()
    for (const name of ['a', 'b', 'c', 'd']) await mkdir(join(folder, name))
    await mkdir(join(folder, 'a', NAME))
    await writeFile(join(folder, 'b', NAME), '')
    for (const name of ['c', 'd']) {
      await writeFile(join(folder, name, NAME), '')
      await chmod(join(folder, name, NAME), 0o755)
    }
    setVariables({ PATH: ['none', 'a', 'b', 'c', 'd'].map((name) => join(folder, name)).join(delimiter) })

    expect(await findHelper(NAME)).toBe(join(folder, 'c', NAME))
  })

  it('looks into no folder that depends on where it stands', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, NAME), '')
    await chmod(join(folder, NAME), 0o755)
    setVariables({ PATH: `${delimiter}.${delimiter}${relative(process.cwd(), folder)}` })
    expect(await findHelper(NAME)).toBeUndefined()

    setVariables({ PATH: folder })
    expect(await findHelper(NAME)).toBe(join(folder, NAME))
  })

  it('finds nothing without a PATH', async () => {
    setVariables({ PATH: undefined })

    expect(await findHelper(NAME)).toBeUndefined()
  })
})

import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSmallFile } from '../../src/chart/read-small-file.js'
import { makeFolder } from '../make-folder.js'

const LARGE = 10 * 1024 * 1024
const refusal = new Error('it is no file')
const refuse = (): Error => refusal

describe('readSmallFile()', () => {
  it('reads a small file', async () => {
    const path = join(await makeFolder(), 'small')
    await writeFile(path, 'hello')

    expect(Buffer.from(readSmallFile(path, 5, refuse) ?? []).toString()).toBe('hello')
  })

  it('leaves a file that is large, or has become so since it was found', async () => {
    const path = join(await makeFolder(), 'large')
    await writeFile(path, Buffer.alloc(LARGE))

    expect(readSmallFile(path, LARGE, refuse)).toBeUndefined()
    expect(readSmallFile(path, 5, refuse)).toBeUndefined()
  })

  it('refuses a pipe that has come into the place of a file, and waits for nobody to write to it', async ({ skip }) => {
    const path = join(await makeFolder(), 'pipe')
    try {
      execFileSync('mkfifo', [path])
    } catch {
      return skip('there is no mkfifo on this machine')
    }

    expect(() => readSmallFile(path, 5, refuse)).toThrow(refusal)
  })
})

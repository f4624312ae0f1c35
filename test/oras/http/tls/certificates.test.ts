import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCertificates, splitCertificates } from '../../../../src/oras/http/tls/certificates.js'
import { makeFolder } from '../../../support/make-folder.js'
import { makePipe } from '../../../support/make-pipe.js'
import { skipOnWindows } from '../../../support/skip-because.js'

const one = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`

describe('splitCertificates()', () => {
  it('leaves out text between certificates, and keeps an unfinished one as a separate piece', () => {
    const pem = `comment\n${one('a')}\nkey\n${one('b')}\n-----BEGIN CERTIFICATE-----\nc`

    expect(splitCertificates(Buffer.from(pem))).toEqual([one('a'), one('b'), '-----BEGIN CERTIFICATE-----\nc'])
  })
})

describe('readCertificates()', () => {
  it.each([
    [16 * 1024 * 1024, [one('a')]],
    [16 * 1024 * 1024 + 1, []],
  ])('reads a file of %i bytes: %j', async (size, expected) => {
    const path = join(await makeFolder(), 'ca.pem')
    await writeFile(path, one('a'))
    await truncate(path, size)

    expect(await readCertificates(path)).toEqual(expected)
  })

  it.skipIf(skipOnWindows('devices in the place of CAs'))('reads no device, which would never end', async () => {
    expect(await readCertificates('/dev/zero')).toEqual([])
  })

  it('does not wait at a pipe without a writer', async ({ skip }) => {
    const path = join(await makeFolder(), 'pipe')
    makePipe(path, skip)

    expect(await readCertificates(path)).toEqual([])
  })

  it.each([undefined, '', 'no/such/file.pem', '.'])('finds none in %j', async (path) => {
    expect(await readCertificates(path)).toEqual([])
  })
})

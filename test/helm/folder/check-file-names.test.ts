import { describe, expect, it } from 'vitest'
import { checkFileNames, FileNameError } from '../../../src/helm/folder/check-file-names.js'

const SYSTEMS = ['linux', 'darwin', 'win32']

function refusal(paths: readonly string[], platform: string): FileNameError {
  try {
    checkFileNames(paths, platform)
  } catch (error) {
    if (error instanceof FileNameError) return error
  }
  throw new Error(`expected the names to be refused on ${platform}`)
}

describe('checkFileNames', () => {
  it.each(SYSTEMS)('accepts on %s what a chart is made of', (platform) => {
    const paths = [
      'Chart.yaml',
      'templates/_a.tpl',
      'templates/tests/b.yaml',
      'charts/x/templates/b.yaml',
      '.helmignore',
    ]

    expect(() => checkFileNames(paths, platform)).not.toThrow()
    expect(() => checkFileNames(['x.y', 'x/y', 'x-y/y', 'a/x/y'], platform)).not.toThrow()
    expect(() => checkFileNames(['ü/😀', `a/${'ü'.repeat(127)}`], platform)).not.toThrow()
  })

  it.each<[what: string, paths: readonly string[], reason: string, path: string]>([
    ['a file twice', ['a/b', 'a/c', 'a/b'], 'the file "a/b" is there twice', 'a/b'],
    ['a file, then a folder', ['a', 'a/b'], '"a" is a file and also a folder', 'a'],
    ['a folder, then a file', ['a/b/c', 'a/b'], '"a/b" is a file and also a folder', 'a/b'],
    ['two cases of a file', ['x/a.yaml', 'x/A.yaml'], '"x/a.yaml" and "x/A.yaml" differ only in case', 'x/A.yaml'],
    ['two cases of a folder', ['A/x', 'b', 'a/y'], '"A" and "a" differ only in case', 'a'],
    ['a file and a folder', ['x/A', 'x/a/b'], '"x/A" and "x/a" differ only in case', 'x/a'],
    [
      'letters that have no case of their own',
      ['straße', 'STRASSE'],
      '"straße" and "STRASSE" differ only in case',
      'STRASSE',
    ],
    ['a kelvin and a k', ['\u212A', 'k'], '"\u212A" and "k" differ only in case', 'k'],
    [
      'two spellings',
      ['\u00FC/x', 'u\u0308/y'],
      '"\u00FC" and "u\u0308" differ only in Unicode normalization',
      'u\u0308',
    ],
    ['two spellings and cases', ['\u00DC', 'u\u0308'], '"\u00DC" and "u\u0308" differ only in case', 'u\u0308'],
    [
      'a long name',
      [`${'ü'.repeat(128)}/a`],
      `the name of "${'ü'.repeat(128)}" has more than 255 bytes`,
      'ü'.repeat(128),
    ],
    [
      'a long name in a folder',
      [`a/${'x'.repeat(300)}`],
      `the name of "a/${'x'.repeat(300)}" has more than 255 bytes`,
      `a/${'x'.repeat(300)}`,
    ],
  ])('refuses %s on every system', (_, paths, reason, path) => {
    for (const platform of SYSTEMS) {
      expect(refusal(paths, platform)).toMatchObject({
        message: reason,
        path,
        hint: expect.stringMatching(/^[A-Z].*\.$/),
      })
    }
  })

  const DEVICES =
    'CON PRN AUX NUL COM0 COM9 LPT0 LPT9 COM\u00B9 COM\u00B2 COM\u00B3 LPT\u00B9 LPT\u00B2 LPT\u00B3 CONIN$ CONOUT$'

  it.each([...DEVICES.split(' '), 'aux', 'aux.txt', 'Nul.tar.gz', 'NUL .yaml', 'con  .x', 'com1.', 'nul '])(
    'refuses the device %j on Windows, and nowhere else',
    (name) => {
      expect(refusal([`a/${name}/b`], 'win32').message).toMatch(
        / is the name of a device on Windows$| ends in a dot or a blank, which Windows leaves out$/,
      )
      expect(() => checkFileNames([`a/${name}/b`, name], 'linux')).not.toThrow()
    },
  )

  it.each(['auxiliary.yaml', 'com10', 'com.yaml', 'x.aux', 'xnul', 'con-fig', 'CONIN', 'lpt'])(
    'accepts %j, which is no device',
    (name) => {
      expect(() => checkFileNames([name], 'win32')).not.toThrow()
    },
  )

  it.each(['a.', 'a ', '...', ' '])('refuses %j on Windows, which would drop the end', (name) => {
    expect(refusal([`${name}/b`], 'win32').message).toBe(`"${name}" ends in a dot or a blank, which Windows leaves out`)
    expect(() => checkFileNames([`${name}/b`], 'darwin')).not.toThrow()
  })

  it.each(Array.from('<>:"|?*\x01\n\x1f'))('refuses %j in a name on Windows', (character) => {
    expect(refusal([`x/a${character}b`], 'win32')).toMatchObject({
      message: expect.stringMatching(/ has a character that Windows has in no name$/),
      path: `x/a${character}b`,
      hint: 'Rename it in the chart, or unpack the chart on another system than Windows.',
    })
    expect(() => checkFileNames([`x/a${character}b`], 'linux')).not.toThrow()
  })
})

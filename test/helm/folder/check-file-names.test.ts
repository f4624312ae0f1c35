import { describe, expect, it } from 'vitest'
import { checkFileNames as check, FileNameError } from '../../../src/helm/folder/check-file-names.js'
import { Turns } from '../../../src/oras/turns.js'
import { countTurns } from '../../support/event-loop.js'

const checkFileNames = (paths: readonly string[]): Promise<void> => check(paths, new Turns())

async function refusal(paths: readonly string[]): Promise<FileNameError> {
  try {
    await checkFileNames(paths)
  } catch (error) {
    if (error instanceof FileNameError) return error
  }
  throw new Error('expected the names to be refused')
}

describe('checkFileNames', () => {
  it('accepts the names of ordinary charts', async () => {
    const paths = [
      'Chart.yaml',
      'templates/_a.tpl',
      'templates/tests/b.yaml',
      'charts/x/templates/b.yaml',
      '.helmignore',
    ]

    await checkFileNames(paths)
    await checkFileNames(['x.y', 'x/y', 'x-y/y', 'a/x/y'])
    await checkFileNames(['ü/😀', `a/${'ü'.repeat(127)}`])
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
      `"${'ü'.repeat(128)}" has a name of more than 255 bytes`,
      'ü'.repeat(128),
    ],
    [
      'a long name in a folder',
      [`a/${'x'.repeat(300)}`],
      `"a/${'x'.repeat(300)}" has a name of more than 255 bytes`,
      `a/${'x'.repeat(300)}`,
    ],
  ])('refuses %s', async (_, paths, reason, path) => {
    expect(await refusal(paths)).toMatchObject({ message: reason, path, hint: expect.stringMatching(/^[A-Z].*\.$/) })
  })

  const DEVICES =
    'CON PRN AUX NUL COM0 COM9 LPT0 LPT9 COM\u00B9 COM\u00B2 COM\u00B3 LPT\u00B9 LPT\u00B2 LPT\u00B3 CONIN$ CONOUT$'

  it.each([...DEVICES.split(' '), 'aux', 'aux.txt', 'Nul.tar.gz', 'NUL .yaml', 'con  .x'])(
    'refuses the device %j, as a file and as a folder',
    async (name) => {
      for (const path of [name, `a/${name}`, `a/${name}/b`]) {
        expect((await refusal([path])).message).toBe(
          `${JSON.stringify(path.replace(/\/b$/, ''))} is the name of a device on Windows`,
        )
      }
    },
  )

  it.each(['auxiliary.yaml', 'com10', 'com.yaml', 'x.aux', 'xnul', 'con-fig', 'CONIN', 'lpt'])(
    'accepts %j, which is no device',
    async (name) => {
      await checkFileNames([name, `a/${name}/b`])
    },
  )

  it.each(['a.', 'a ', '...', ' ', 'com1.', 'nul '])('refuses %j, whose end Windows would drop', async (name) => {
    expect((await refusal([`${name}/b`])).message).toBe(`"${name}" ends in a dot or a blank, which Windows leaves out`)
  })

  it.each(Array.from('<>:"|?*\\\x01\n\x1f\x7f\x85'))(
    'refuses %j in a name, which Windows does not allow',
    async (character) => {
      expect(await refusal([`x/a${character}b`])).toMatchObject({
        message: expect.stringMatching(/ has a character that Windows does not allow in names$/),
        path: `x/a${character}b`,
        hint: 'Rename it in the chart: Windows refuses this name, or uses another one.',
      })
    },
  )

  it.each([
    ['a zero-width joiner', '\u200d'],
    ['a zero-width non-joiner', '\u200c'],
    ['a zero-width space', '\u200b'],
    ['a word joiner', '\u2060'],
    ['a soft hyphen', '\u00ad'],
    ['a byte order mark', '\ufeff'],
    ['a combining grapheme joiner', '\u034f'],
    ['a selector of variants', '\ufe0f'],
    ['a further selector of variants', '\u{e0100}'],
    ['a tag', '\u{e0041}'],
    ['a filler of Hangul', '\u3164'],
    ['a mark from left to right', '\u200e'],
    ['a mark for Arabic', '\u061c'],
    ['an override of direction', '\u202e'],
    ['an isolate', '\u2066'],
    ['a separator of lines', '\u2028'],
    ['an anchor of annotations', '\ufff9'],
    ['an empty pattern of Braille', '\u2800'],
  ])('refuses the invisible character %s in a name', async (_, character) => {
    expect(await refusal([`x/a${character}b/c`])).toMatchObject({
      message: expect.stringMatching(/^"x\/a.*b" has an invisible character in its name$/),
      path: `x/a${character}b`,
      hint: 'Rename it in the chart without invisible characters: it can be taken for another name.',
    })
  })

  it('refuses characters that look like a blank at the ends of a name', async () => {
    expect((await refusal(['Chart.yaml\u00a0'])).message).toMatch(/ invisible character in its name$/)
    expect((await refusal(['\u3000a'])).message).toMatch(/ invisible character in its name$/)
    await checkFileNames(['a\u00a0b', ' a'])
  })

  it('accepts letters of all scripts, marks on them, and pictures', async () => {
    await checkFileNames([
      'r\u00e9sum\u00e9',
      'e\u0301',
      'фото',
      '図',
      'नमस्ते',
      'فارسی',
      '한글',
      'ไทย',
      '\u{1f600}',
      '\u{1f44d}\u{1f3fd}',
    ])
  })

  it('checks each name once, however deep files lie, and yields to the event loop', async () => {
    const list = (count: number) => Array.from({ length: count }, (_, at) => `${'folder/'.repeat(50)}${at}`)
    const count = async (files: number): Promise<number> => (await countTurns(() => checkFileNames(list(files)))).turns
    const [few, duplicateFile] = [await count(4000), await count(8000)]

    expect(few).toBeGreaterThan(10)
    expect(duplicateFile).toBeLessThan(2.5 * few)
  })
})

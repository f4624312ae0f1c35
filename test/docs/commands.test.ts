/** The commands of README and docs. */
import { expect, it } from 'vitest'
import { type Block, findBlocks, pages, readPage } from './find-blocks.js'

const NEVER_RUN = ['npm ci', 'npm install oras-helm', 'npm install']
const { scripts } = JSON.parse(readPage('package.json').text) as { readonly scripts: Readonly<Record<string, string>> }

const commands = pages
  .flatMap((page) => findBlocks(page))
  .filter(({ language }) => language === 'sh')
  .flatMap((block) => linesOf(block).map((command) => ({ id: block.id, note: block.note, command })))

it('commands are run by this test, are scripts of package.json, or say why they are neither', () => {
  const unknown = commands.filter(({ note, command }) => !note.startsWith('no-run: ') && !isKnown(command))
  expect(unknown).toEqual([])
})

function linesOf({ text }: Block): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

function isKnown(command: string): boolean {
  return command.split('&&').every((part) => {
    const words = part.trim()
    const script = /^npm (?:run )?(\w+)(?: --)?/.exec(words)?.[1] ?? ''
    return NEVER_RUN.includes(words) || script in scripts || /^npx tsx examples\/|^curl /.test(words)
  })
}

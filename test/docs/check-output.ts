/** Compares what a page shows with what really came out. */
import { expect } from 'vitest'
import type { Block } from './find-blocks.js'

/**
 * Expects the block to show the output. `…` in the block stands for any text. Blanks and line breaks are compared only in
 * blocks of `text`; with `in any order`, each line must be printed, in any position.
 */
export function expectOutput(shown: Block, output: string): void {
  if (shown.note.includes('in any order')) {
    const lines = output.split('\n').map((line) => line.trim())
    const missing = shown.text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !lines.some((other) => pattern(line).test(other)))
    expect(missing, `${shown.id} shows lines that were not printed:\n${output}`).toEqual([])
    return
  }
  const normalize = (text: string): string =>
    shown.language === 'text' ? text.replace(/[ \t]+$/gm, '').trim() : text.replace(/\s+/g, '')
  const [wanted, real] = [normalize(shown.text), normalize(output)]
  // Without anything left out, a plain comparison shows the difference.
  if (!wanted.includes('…')) expect(real, shown.id).toBe(wanted)
  else expect(real, shown.id).toMatch(pattern(wanted))
}

/** Tells whether a block is the output of the block before it. */
export function isOutput(block: Block): boolean {
  return block.note.startsWith('prints')
}

function pattern(shown: string): RegExp {
  const parts = shown.split(/\s*…\s*/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^]*?')}$`)
}

/** The order in which Helm walks a folder, and in which everything that is packed is sorted. */
import type { Turns } from '../../oras/turns.js'

const SLASH = 0x2f

/**
 * Compares two paths as a walk meets them: folder by folder, each sorted by the bytes of the names in it, files and
 * folders mixed. JavaScript's own order, by UTF-16, is another one, and a locale's differs from machine to machine.
 */
export function compareWalkOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  // By code points, as UTF-8 has them: UTF-16 puts those beyond its first 65,536 in the middle of the others.
  const first = a.codePointAt(at) as number
  const second = b.codePointAt(at) as number
  // No name holds a NUL, so with it for the slash a folder sorts by its name alone.
  return (first === SLASH ? 0 : first) - (second === SLASH ? 0 : second)
}

/** How many steps of work it takes to compare or to check a path, or another text. */
export function stepsOf(text: string): number {
  return 0.2 + text.length / 500
}

/** What is sorted without a turn in between, in steps. */
const SHORT_SORT = 5000

/**
 * Sorts as `toSorted` does, with turns of the event loop: ten thousand long paths take half a second.
 *
 * @param textOf What is compared of an item: the time goes with its length.
 */
export async function sortInTurns<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  { turns, textOf }: { readonly turns: Turns; readonly textOf: (item: T) => string },
): Promise<readonly T[]> {
  const steps = items.reduce((sum, item) => sum + stepsOf(textOf(item)), 0) * Math.log2(items.length + 1)
  if (steps <= SHORT_SORT || items.length < 2) {
    const turn = turns.take(steps)
    if (turn) await turn
    return items.toSorted(compare)
  }
  const middle = items.length >> 1
  const left = await sortInTurns(items.slice(0, middle), compare, { turns, textOf })
  const right = await sortInTurns(items.slice(middle), compare, { turns, textOf })
  const sorted: T[] = []
  let next = 0
  for (const item of left) {
    for (; next < right.length && compare(right[next] as T, item) < 0; next++) {
      sorted.push(right[next] as T)
      const turn = turns.take(stepsOf(textOf(item)))
      if (turn) await turn
    }
    sorted.push(item)
    const turn = turns.take(stepsOf(textOf(item)))
    if (turn) await turn
  }
  return [...sorted, ...right.slice(next)]
}

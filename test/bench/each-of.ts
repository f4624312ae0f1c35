/** The part of a script that goes through many charts. */

/**
 * Does something with each of many charts, some at a time.
 *
 * @param list The path of a file that describes them.
 * @param action An expression with `chart`.
 */
export function eachOf(list: string, parallel: number, action: string, count = Infinity): string {
  return `
    import { readFileSync } from 'node:fs'
    const rest = JSON.parse(readFileSync(${JSON.stringify(list)})).slice(0, ${count})
    const work = async () => { for (let chart; (chart = rest.shift()); ) await ${action} }
    await Promise.all(Array.from({ length: ${parallel} }, work))
  `
}

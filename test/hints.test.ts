/** Every hint of the library, read from its source: a hint that stands in errors of two classes helps with neither. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../src')

describe('the hints', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(?!testing).*\.ts$/.test(path),
  )
  const hints = new Map<string, Set<string>>()
  const unclear: string[] = []
  for (const path of files) {
    const found = findHints(readFileSync(join(SRC, path), 'utf8'))
    for (const [hint, kinds] of found.hints)
      for (const kind of kinds) hints.set(hint, (hints.get(hint) ?? new Set()).add(kind))
    unclear.push(...found.unclear.map((hint) => `${path}: ${hint}`))
  }

  it('are found', () => {
    expect(hints.size).toBeGreaterThan(50)
    expect(unclear).toEqual([])
  })

  it('belong to one class of errors each', () => {
    const shared = [...hints]
      .filter(([, kinds]) => kinds.size > 1)
      .map(([hint, kinds]) => `${hint} (${[...kinds].join(', ')})`)
    expect(shared).toEqual([])
  })

  it('are reported if two classes use the same one', () => {
    const source = `
      const A = 'Do this.'
      const refuse = () => { throw new OneError('x', { hint: A }) }
      throw new TwoError('y', { hint: A })
      throw new TwoError('y', { hint: pick() })
      function pick(): string { return x ? 'Do that.' : A }
    `
    expect(findHints(source).hints).toEqual(
      new Map([
        ['Do this.', new Set(['OneError', 'TwoError'])],
        ['Do that.', new Set(['TwoError'])],
      ]),
    )
  })
})

/** Sentences are hints: messages never end with a period. */
const isHint = (text: string): boolean => /^[A-Z].*\.$/s.test(text)

/** Finds the hints of a file, and the classes of the errors that are made with each. */
function findHints(source: string): { hints: Map<string, Set<string>>; unclear: readonly string[] } {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ES2023, true)
  const declared = new Map<string, ts.Node>()
  const made: { readonly kind: string; readonly options: ts.Node }[] = []
  const all = new Set<string>()
  const visit = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) && node.name && ts.isIdentifier(node.name)) {
      declared.set(node.name.text, node)
    }
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const name = node.expression.getText()
      // Two functions make the errors of charts.
      const kind =
        name === 'invalidChart' || name === 'requirePath'
          ? 'InvalidChartError'
          : ts.isNewExpression(node) && /^[A-Z]\w*Error$/.test(name)
            ? name
            : ''
      const options = node.arguments?.at(-1)
      if (kind !== '' && options) made.push({ kind, options })
    }
    const text = textOf(node)
    if (text !== undefined && isHint(text)) all.add(text)
    ts.forEachChild(node, visit)
  }
  visit(file)

  /** The hints in a piece of code, and in what it names. */
  const hintsOf = (node: ts.Node, seen = new Set<ts.Node>()): readonly string[] => {
    if (seen.has(node)) return []
    seen.add(node)
    const text = textOf(node)
    if (text !== undefined && isHint(text)) return [text]
    const target = ts.isIdentifier(node) ? declared.get(node.text) : undefined
    const inner: string[] = target ? [...hintsOf(target, seen)] : []
    ts.forEachChild(node, (child) => void inner.push(...hintsOf(child, seen)))
    return inner
  }

  const hints = new Map<string, Set<string>>()
  const add = (hint: string, kind: string): unknown => hints.set(hint, (hints.get(hint) ?? new Set()).add(kind))
  for (const { kind, options } of made) {
    const members = ts.isObjectLiteralExpression(options) ? options.properties : []
    const hint = members.find((member) => member.name?.getText() === 'hint')
    for (const text of hint ? hintsOf(hint) : []) add(text, kind)
  }
  const kinds = new Set(made.map(({ kind }) => kind))
  const rest = [...all].filter((hint) => !hints.has(hint))
  // Other hints of a file belong to the one class of errors that it makes, or to its caller if it makes no error.
  const [only] = kinds.size === 1 ? kinds : []
  for (const hint of rest) if (only !== undefined || kinds.size === 0) add(hint, only ?? 'of the caller')
  return { hints, unclear: rest.filter((hint) => !hints.has(hint)) }
}

/** The text of a literal; what is filled into a template is a gap. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('')
}

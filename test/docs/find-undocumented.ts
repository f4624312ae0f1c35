/** Finds what a reader of the public API does not get: doc comments, lines for members, examples, defaults as tags. */
import { relative } from 'node:path'
import ts from 'typescript'

/** One gap: the file that has it, and what is missing there. */
export interface Gap {
  /** From the given folder, with slashes. */
  readonly path: string
  readonly text: string
}

/** The gaps of a public API, by the rule that they break. */
export interface Gaps {
  readonly comments: readonly Gap[]
  readonly examples: readonly Gap[]
  readonly members: readonly Gap[]
  readonly defaults: readonly Gap[]
}

const SETTINGS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  types: [],
  strict: true,
}

/**
 * Looks through everything that the entry points export, and through all doc comments of the files below the folder.
 *
 * @param entries The files of the entry points.
 */
export function findUndocumented(folder: string, entries: readonly string[]): Gaps {
  const program = ts.createProgram(entries, SETTINGS)
  const checker = program.getTypeChecker()
  const files = program.getSourceFiles().filter(({ fileName }) => isOwn(fileName))
  const exported = findExports()
  return {
    comments: exported.filter(([, symbol]) => !hasComment(symbol)).map(([name, symbol]) => gap(symbol, name)),
    examples: exported
      .filter(([, symbol]) => isCode(symbol) && !symbol.getJsDocTags(checker).some(({ name }) => name === 'example'))
      .map(([name, symbol]) => gap(symbol, name)),
    members: unique(
      exported
        .flatMap(([, symbol]) => findMembers(symbol))
        .filter((member) => !hasComment(member))
        .map((member) => gap(member, `${ownerOf(member)}.${member.name}`)),
    ),
    defaults: files.flatMap(findDefaults),
  }

  function isOwn(file: string): boolean {
    return !file.includes('/node_modules/') && !relative(folder, file).startsWith('..')
  }

  /** Names with what they stand for, each once, although two entry points may export it. */
  function findExports(): readonly (readonly [string, ts.Symbol])[] {
    const found = new Map<ts.Symbol, string>()
    for (const entry of entries) {
      const file = program.getSourceFile(entry)
      const module = file && checker.getSymbolAtLocation(file)
      if (!module) throw new Error(`${entry} is not a module`)
      for (const each of checker.getExportsOfModule(module)) {
        found.set(each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each, each.name)
      }
    }
    return [...found].map(([symbol, name]) => [name, symbol] as const)
  }

  function hasComment(symbol: ts.Symbol): boolean {
    return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== ''
  }

  /** Tells whether a user calls it: a function, a class, or a constant that holds a function. */
  function isCode(symbol: ts.Symbol): boolean {
    if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) return true
    return (
      Boolean(symbol.flags & ts.SymbolFlags.Variable) && checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
    )
  }

  /** The members of an interface, class or object type: inherited ones too, and those of types written out inside it. */
  function findMembers(symbol: ts.Symbol): readonly ts.Symbol[] {
    const declared = checker.getDeclaredTypeOfSymbol(symbol)
    const types = declared.isUnion() ? declared.types : [declared]
    const properties = types.flatMap((type) => checker.getPropertiesOfType(type))
    const inner = (symbol.declarations ?? [])
      .flatMap(findWritten)
      .flatMap((node) => node.members.flatMap(({ name }) => (name && checker.getSymbolAtLocation(name)) ?? []))
    return [...new Set([...properties, ...inner])].filter(isReadable)
  }

  /**
   * Object types that are written in a declaration without a name of their own, but not in the body of a function, nor as
   * options of a constructor: those are the fields of its class.
   */
  function findWritten(declaration: ts.Node): readonly ts.TypeLiteralNode[] {
    const found: ts.TypeLiteralNode[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isBlock(node) || ts.isConstructorDeclaration(node) || (ts.isClassElement(node) && !isPublic(node))) return
      if (ts.isTypeLiteralNode(node)) found.push(node)
      ts.forEachChild(node, visit)
    }
    visit(declaration)
    return found
  }

  /** Tells whether it is written in this project for users to read. What overrides has the line of what it overrides. */
  function isReadable({ declarations = [] }: ts.Symbol): boolean {
    return declarations.some((node) => {
      const isOverride = Boolean(ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Override)
      return isOwn(node.getSourceFile().fileName) && isPublic(node) && !isOverride
    })
  }

  function isPublic(node: ts.Declaration): boolean {
    if (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) return false
    if (ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal')) return false
    const name = ts.getNameOfDeclaration(node)
    return !name || !(ts.isPrivateIdentifier(name) || ts.isComputedPropertyName(name))
  }

  /** The name of what a member is written in: of its interface, type, class, function or constant. */
  function ownerOf({ declarations = [] }: ts.Symbol): string {
    let node = declarations[0]?.parent
    while (node && !ts.isSourceFile(node)) {
      const named = ts.isDeclarationStatement(node) || ts.isVariableDeclaration(node) ? node.name : undefined
      if (named) return named.getText()
      node = node.parent
    }
    return ''
  }

  function findDefaults(file: ts.SourceFile): readonly Gap[] {
    const comments = file.text.match(/\/\*\*[^]*?\*\//g) ?? []
    return comments
      .flatMap((comment) => /\bDefault: [^*\n]*/.exec(comment) ?? [])
      .map((text) => ({ path: pathOf(file), text: text.trim() }))
  }

  function gap({ declarations = [] }: ts.Symbol, text: string): Gap {
    const [declaration] = declarations
    return { path: declaration ? pathOf(declaration.getSourceFile()) : '', text }
  }

  function pathOf({ fileName }: ts.SourceFile): string {
    return relative(folder, fileName).replaceAll('\\', '/')
  }
}

/** One member may be that of several types: its owner's, and those that extend it. */
function unique(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((each) => [`${each.path} ${each.text}`, each])).values()]
}

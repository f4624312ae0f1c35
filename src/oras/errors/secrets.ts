/** The secrets of a call, and the one function that keeps them out of what a user is shown. */
import {
  decodeEscapes,
  decodeWhole,
  plainView,
  type Span,
  substitute,
  type TextView,
  unfoldText,
} from './unfold-text.js'

/** Who wrote a text: a server, or the library, which may have put something of a server into it. */
type Author = 'server' | 'library'

const SHOWN = 'REDACTED'
const TOO_LONG = '(not shown: it is too long to be searched for secrets)'
// Tokens follow each other for as long as a process runs; the older ones have run out.
const MAX_SECRETS = 64
const MAX_SIZE = 64 * 1024
// No header holds more; a token server may give anything.
const MAX_SECRET = 16 * 1024
// Of a longer one, not every piece is looked for, but they lie side by side.
const LONG_SECRET = 256
// No token has other letters than ASCII, and one of these may become eighteen when they are compared.
const MAX_INTERNATIONAL = 1024
const LONGEST_HOST = 253
const MAX_TEXT = 8 * 1024
const MAX_VIEWS = 64 * 1024
const MAX_KEPT = 500
// Shorter pieces stand in words by chance. A secret of this length is found wherever it stands, and so is each piece of it.
const PIECE = 8
// A piece that could be words.
const LONG_PIECE = 12
// In the library's own words, what is shorter is not looked for.
const SHORTEST = 4

// Words that messages and hints are made of. Taken out of them, they would say what the password is.
const OWN_WORDS =
  'answer answered application archive artifact authorization bearer blob blobs body bytes cannot cause certificate ' +
  'chart charts check client code config connection content copy credential credentials digest docker error event ' +
  'file files folder found hash head helm hint host http https image index json label latest layer layers library ' +
  'limit link list localhost login look manifest manifests media message method mirror mirrors name names network ' +
  'none option options oras page password path port proxy public pull push query read realm redacted redirect ' +
  'reference refused registry repository request requests retry root scope secret server service sha256 size source ' +
  'split stable stack start status store stored system tag tags target test text time token true type unknown upload ' +
  'upstream url user username value version versions warning warns with write wrong'

/**
 * What one connection has sent, or has been given, and must not be shown. It is told of every secret when it is used; texts
 * are searched when they are shown.
 */
export class Secrets {
  readonly #secrets = new Set<string>()
  readonly #names: readonly string[]
  readonly #searches = new Map<Author, Search>()
  readonly #kept = new Map<string, string>()

  /** @param names What the caller has named, the registry for example: it is shown, whatever secret it may be like. */
  constructor(...names: readonly string[]) {
    this.#names = [...OWN_WORDS.split(' '), ...names.map(fold)]
  }

  /** Remembers secrets; what is not a text, or empty, is passed over. */
  learn(...secrets: readonly unknown[]): void {
    for (const secret of secrets) {
      if (typeof secret !== 'string' || secret === '') continue
      if (!this.#secrets.delete(secret)) this.#forgetSearches()
      this.#secrets.add(secret)
    }
    let size = [...this.#secrets].reduce((sum, { length }) => sum + Math.min(length, MAX_SECRET), 0)
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= MAX_SECRETS && size <= MAX_SIZE) break
      this.#secrets.delete(oldest)
      size -= Math.min(oldest.length, MAX_SECRET)
    }
  }

  /** Redacts what a server or a program wrote, all of it, before anything is cut off. */
  redactForeign(text: string): string {
    return this.#redact(text, 'server')
  }

  /**
   * Redacts a text of the library, into which something may have been put that a server wrote. Very short secrets, and
   * those that are among the library's own words, stay.
   */
  redact(text: string): string {
    const kept = this.#kept.get(text)
    if (kept !== undefined) return kept
    const redacted = this.#redact(text, 'library')
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear()
    this.#kept.set(text, redacted)
    return redacted
  }

  get isEmpty(): boolean {
    return this.#secrets.size === 0
  }

  #redact(text: string, author: Author): string {
    if (this.isEmpty || text === '') return text
    const views = text.length > MAX_TEXT ? undefined : unfoldText(text, MAX_VIEWS)
    if (!views) return TOO_LONG
    const search = this.#searches.get(author) ?? createSearch([...this.#secrets], this.#names, author)
    this.#searches.set(author, search)
    const spans = views.flatMap((view) => findSpans(view, search))
    return replaceSpans(text, spans)
  }

  #forgetSearches(): void {
    this.#searches.clear()
    this.#kept.clear()
  }
}

/** What to look for, in folded text. */
interface Search {
  readonly wholes: readonly Whole[]
  /** By their length. */
  readonly pieces: ReadonlyMap<number, ReadonlySet<string>>
}

interface Whole {
  readonly text: string
  /** Whether it counts only as a word of its own, on one line. */
  readonly isWord: boolean
}

function createSearch(secrets: readonly string[], names: readonly string[], author: Author): Search {
  const wholes = new Map<string, Whole>()
  const lengths = author === 'server' ? [PIECE] : [PIECE, LONG_PIECE]
  const pieces = new Map(lengths.map((length) => [length, new Set<string>()]))
  const isNamed = (text: string): boolean => author === 'library' && names.some((name) => name.includes(text))
  for (const form of secrets.flatMap((secret) =>
    formsOf(secret.slice(0, isAscii(secret) ? MAX_SECRET : MAX_INTERNATIONAL)),
  )) {
    const text = fold(form)
    const { length } = text
    if (length === 0 || (author === 'library' && length < SHORTEST) || isNamed(text)) continue
    // Of longer ones, the pieces are found.
    const isWord = length < SHORTEST || (length < PIECE && /^\p{L}+$/u.test(text))
    if (length < Math.max(...lengths)) wholes.set(text, { text, isWord })
    const isLong = length > LONG_SECRET
    // As a rule, no letter goes, and each stands where it stood.
    const letters = isLong || form.length === length ? undefined : unfold(form)
    const written = (at: number, end: number): string =>
      letters ? form.slice(letters.spanAt(at)[0], letters.spanAt(end - 1)[1]) : form.slice(at, end)
    for (const [size, found] of pieces) {
      for (let at = 0; at + size <= length; at += isLong ? PIECE : 1) {
        const piece = text.slice(at, at + size)
        const isTelling = isLong || size === LONG_PIECE || author === 'server' || looksRandom(written(at, at + size))
        if (isTelling && !isNamed(piece)) found.add(piece)
      }
    }
  }
  return { wholes: [...wholes.values()], pieces }
}

/** Tells text that does not look like words. */
function looksRandom(text: string): boolean {
  return /[^A-Za-z./: _-]/.test(text) || (/[A-Z].*[A-Z]/s.test(text) && /[a-z]/.test(text))
}

/** A secret as it can be written without escapes: by who takes its bytes for other letters, and in base64. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64').replace(/=+$/, '')
  const forms = [
    secret,
    inUrlAlphabet(secret),
    // Without what looks like a tag.
    secret.replace(/<[^<>]*>/g, ' '),
    bytes.toString('latin1'),
    new TextDecoder('windows-1252').decode(bytes),
    Buffer.from(secret, 'latin1').toString('utf8'),
    secret.replace(/[^\0-\x7f]/gu, '?'),
    // In a name of a host, all letters are small, and nothing can be decoded.
    ...(bytes.length < SHORTEST || bytes.length > LONGEST_HOST ? [] : [base64, inUrlAlphabet(base64)]),
    ...decodings(secret),
  ]
  return [...new Set(forms.flatMap((form) => [form, ...unescapings(form)]))]
}

/** Base64 as names of files and URLs have it. */
function inUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

/** What a token says in plain text: some are a password in base64, padded or not. */
function decodings(secret: string): readonly string[] {
  if (!/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(secret)) return []
  const decoded = Buffer.from(secret, 'base64').toString('utf8')
  // Before the colon of a login stands a name that may be shown.
  return /^[\x20-\x7e]+$/.test(decoded) ? [decoded.replace(/^[^\s":{]*:/, '')] : []
}

/** The same with its own escapes decoded, as a reader of the text does it. */
function unescapings(form: string): readonly string[] {
  const forms: string[] = []
  for (let at = decodeEscapes(form); at !== forms.at(-1) && at !== form && forms.length < 3; at = decodeEscapes(at)) {
    forms.push(at)
  }
  return forms
}

function findSpans(view: TextView, { wholes, pieces }: Search): readonly Span[] {
  const text = fold(view.text)
  const spans: Span[] = []
  let letters: TextView | undefined
  /** Where something of the folded text stands in the view. */
  const find = (at: number, length: number): Span => {
    letters ??= unfold(view.text)
    return [letters.spanAt(at)[0], letters.spanAt(at + length - 1)[1]]
  }
  const add = ([start, end]: Span): unknown => spans.push([view.spanAt(start)[0], view.spanAt(end - 1)[1]])
  for (const { text: whole, isWord } of wholes) {
    for (let at = text.indexOf(whole); at >= 0; at = text.indexOf(whole, at + 1)) {
      const found = find(at, whole.length)
      if (!isWord || isWordOfItsOwn(view.text, found)) add(found)
    }
  }
  for (const [size, all] of pieces) {
    if (all.size === 0) continue
    for (let at = 0; at + size <= text.length; at++) if (all.has(text.slice(at, at + size))) add(find(at, size))
  }
  return spans
}

/** Whether no letter or digit is next to it, and no blank in it. */
function isWordOfItsOwn(text: string, [start, end]: Span): boolean {
  const isPart = (unit: string | undefined): boolean => unit !== undefined && /[\p{L}\p{N}\p{Cs}]/u.test(unit)
  return !isPart(text[start - 1]) && !isPart(text[end]) && !/\s/.test(text.slice(start, end))
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  let redacted = ''
  let at = 0
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (end <= at) continue
    if (start > at || at === 0) redacted += text.slice(at, start) + SHOWN
    at = end
  }
  return redacted + text.slice(at)
}

/**
 * The letters of a text as they are compared: small, without accents, and without what lines are broken with. A blank is
 * a plus sign in forms, and neither counts.
 */
function fold(text: string): string {
  // No character but those of ASCII changes in any other way.
  const letters = isAscii(text) ? text.toLowerCase() : foldLetters(text)
  return letters.replace(/[\0- +\x7f]+/g, '')
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}

function foldLetters(text: string): string {
  const small = text.normalize('NFKD').toUpperCase().toLowerCase().replaceAll('ς', 'σ')
  return small.replace(/[\s\p{C}\p{M}]+/gu, '')
}

/** Where the letters of a folded text stand in the text: asked for only if something was found. */
function unfold(text: string): TextView {
  return substitute(plainView(text), /[^]/gu, (letter) => decodeWhole(letter, fold(letter)))
}

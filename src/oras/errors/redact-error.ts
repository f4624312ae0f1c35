/** Errors without secrets: what every call that knows some does with what it throws. */
import { OciError } from './oci-error.js'
import type { Secrets } from './secrets.js'

const owners = new WeakMap<object, Secrets>()

/** Notes whose secrets they are, for code that only knows the owner: the repository that a chart comes from. */
export function ownSecrets(owner: object, secrets: Secrets): void {
  owners.set(owner, secrets)
}

/** The function that takes the secrets of some owners out of a text. */
export function redactorOf(...all: readonly object[]): (text: string) => string {
  const known = all.map((owner) => owners.get(owner)).filter((secrets) => secrets !== undefined)
  return (text) => known.reduce((redacted, secrets) => secrets.redact(redacted), text)
}

/** Does something with what may know secrets; what it throws holds none of them. */
export async function withoutSecrets<T>(redact: (text: string) => string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw redactError(error, redact)
  }
}

/** The same for what is delivered piece by piece. */
export function eachWithoutSecrets<T>(redact: (text: string) => string, source: AsyncIterable<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]()
      const next = async (): Promise<IteratorResult<T>> => withoutSecrets(redact, () => iterator.next())
      const leave = async (): Promise<IteratorResult<T>> => {
        await iterator.return?.()
        return { done: true, value: undefined }
      }
      return { next, return: leave }
    },
  }
}

/** Makes a listener that hears no secret. */
export function hearingNoSecrets<T extends object>(
  redact: (text: string) => string,
  listener: ((event: T) => void) | undefined,
): ((event: T) => void) | undefined {
  return listener && ((event) => listener(new Redaction(redact).redactValue(event) as T))
}

/**
 * Takes secrets out of an error and of what caused it. An error of the library stays the same object. One of another
 * origin does if it holds none, and is thrown as it is if it did not come from the system: it is the caller's own.
 */
export function redactError(error: unknown, redact: (text: string) => string): unknown {
  const isOurs = error instanceof OciError || (error instanceof Error && 'syscall' in error)
  return isOurs ? new Redaction(redact).redactValue(error) : error
}

const MAX_DEPTH = 12
// Of bytes that an error holds: those of an answer that could not be parsed, for example.
const MAX_BYTES = 4096

/** One walk through an error, or an event, and everything in it. */
class Redaction {
  readonly #redact: (text: string) => string
  /** What became of each object; causes may go round in a circle. */
  readonly #done = new Map<object, unknown>()
  #depth = 0

  constructor(redact: (text: string) => string) {
    this.#redact = redact
  }

  redactValue(value: unknown): unknown {
    if (typeof value === 'string') return this.#redact(value)
    if (typeof value === 'symbol' || typeof value === 'function') return undefined
    if (typeof value !== 'object' || value === null) return value
    if (this.#done.has(value)) return this.#done.get(value)
    if (this.#depth === MAX_DEPTH) return undefined
    this.#done.set(value, value)
    this.#depth++
    const redacted = this.#redactObject(value)
    this.#depth--
    this.#done.set(value, redacted)
    return redacted
  }

  #redactObject(value: object): unknown {
    if (value instanceof Error) return this.#redactError(value)
    if (value instanceof Uint8Array) return this.#redactBytes(value)
    if (Array.isArray(value)) {
      const items = value.map((item) => this.redactValue(item))
      return items.every((item, at) => item === value[at]) ? value : items
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    // A socket, a request, a map: what is in it is not known.
    if (prototype !== Object.prototype && prototype !== null) return undefined
    const entries = Object.entries(value).map(
      ([name, member]) => [this.#redact(name), this.redactValue(member)] as const,
    )
    const isSame = entries.every(([name, member]) => Object.hasOwn(value, name) && (value as never)[name] === member)
    return isSame ? value : Object.fromEntries(entries)
  }

  #redactBytes(bytes: Uint8Array): unknown {
    if (bytes.length > MAX_BYTES) return undefined
    const text = Buffer.from(bytes).toString('latin1')
    return this.#redact(text) === text ? bytes : undefined
  }

  #redactError(error: Error): Error {
    const members = error as unknown as Readonly<Record<PropertyKey, unknown>>
    const message = this.#redact(error.message)
    const changes = new Map<PropertyKey, unknown>()
    const note = (name: PropertyKey, value: unknown): void => {
      if (value !== members[name]) changes.set(name, value)
    }
    note('message', message)
    note('name', this.#redact(String(error.name)))
    note('stack', this.#redactStack(error, message))
    for (const name of Reflect.ownKeys(error)) {
      if (name !== 'message' && name !== 'name' && name !== 'stack') note(name, this.redactValue(members[name]))
    }
    if (changes.size === 0) return error
    const changed = error instanceof OciError && !Object.isFrozen(error) ? error : copyError(error, message)
    for (const [name, value] of changes) {
      const { enumerable = false } = Object.getOwnPropertyDescriptor(error, name) ?? {}
      Object.defineProperty(changed, name, { value, enumerable, configurable: true, writable: true })
    }
    return changed
  }

  /** Its head repeats the message; what stands below it are the places in the code. */
  #redactStack({ stack, message }: Error, redacted: string): string | undefined {
    if (typeof stack !== 'string') return stack
    return message !== '' && stack.includes(message) ? stack.replace(message, () => redacted) : this.#redact(stack)
  }
}

/** Copies an error of any class; the copy is still an instance of that class. */
function copyError(error: Error, message: string): Error {
  const copy = new Error(message)
  // Those of the DOM look for their message where a copy has none.
  if (Object.hasOwn(error, 'message')) Object.setPrototypeOf(copy, Object.getPrototypeOf(error) as object)
  else copy.name = error.name
  for (const name of Reflect.ownKeys(error)) {
    const property = Object.getOwnPropertyDescriptor(error, name)
    if (property && 'value' in property) Object.defineProperty(copy, name, { ...property, configurable: true })
  }
  return copy
}

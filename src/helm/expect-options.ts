/** Values of options that TypeScript would not let through: refused before they do something else than they seem to. */

/**
 * Refuses options that are of another type, for example the text `'false'`, which counts as true.
 *
 * @throws {TypeError} that names the option.
 */
export function expectOptions(type: 'boolean' | 'string', options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && typeof value !== type) refuseOption(name, type === 'string' ? 'text' : 'true or false')
  }
}

/** @throws {TypeError} always. */
export function refuseOption(name: string, expected: string): never {
  throw new TypeError(`the option ${name} must be ${expected}`)
}

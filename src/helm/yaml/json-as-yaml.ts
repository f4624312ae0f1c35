/** JSON that any reader of YAML takes. */

/** What JSON may hold as it is, and YAML may not. */
const NOT_PRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g

/** Writes a value as JSON that is YAML, too: js-yaml's regular expressions overflow the stack over texts of megabytes. */
export function formatJsonAsYaml(value: unknown): string {
  const json = JSON.stringify(value, undefined, 1)
  return `${json.replace(NOT_PRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}

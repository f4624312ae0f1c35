/** The name that a registry has for one request: whoever runs it can look that up. */
import { printable } from '../../errors/escape-message.js'

// The registry's own before those of what stands before it.
const HEADERS = [
  'x-request-id',
  'x-amzn-requestid',
  'x-amz-request-id',
  'x-ms-correlation-request-id',
  'x-ms-request-id',
  'x-github-request-id',
  'x-gitlab-request-id',
  'x-correlation-id',
  'cf-ray',
]
const MAX_LENGTH = 100

/** Finds the id of a request among the headers of its answer. */
export function findRequestId(header: (name: string) => string | undefined): string | undefined {
  for (const name of HEADERS) {
    const id = printable(header(name), MAX_LENGTH)
    if (id !== '') return id
  }
  return undefined
}

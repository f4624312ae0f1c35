/** Asks a registry for a tag that is not there, in a process of its own; prints the result. */
import { NetworkError } from '../../src/oras/errors/oci-error.js'
import { Repository } from '../../src/oras/registry/repository.js'
import type { TlsOptions } from '../../src/oras/http/tls/tls-options.js'

const [host = '', scheme = 'https', tls = '{}'] = process.argv.slice(2)
const repository = new Repository(`${host}/a`, { plainHttp: scheme === 'http', tls: JSON.parse(tls) as TlsOptions })
const answer = await repository.resolve('v1').then(
  (found) => (found ? 'found' : 'not found'),
  (error: unknown) => {
    if (!(error instanceof NetworkError)) throw error
    return error.message.split(': ').at(-1)
  },
)
process.stdout.write(String(answer))

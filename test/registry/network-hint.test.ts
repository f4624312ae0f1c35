import { describe, expect, it } from 'vitest'
import { networkHint } from '../../src/registry/network-hint.js'

describe('networkHint()', () => {
  it.each([
    ['ECONNREFUSED', 'Nothing listens there: check that the registry runs and that the port is right.'],
    ['ENOTFOUND', 'The host name is not known: check its spelling and your DNS.'],
    ['EAI_AGAIN', 'The host name is not known: check its spelling and your DNS.'],
    [
      'EPROTO',
      'The registry does not speak TLS there: check the port, or set plainHttp: true if it really is plain http.',
    ],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'The registry does not speak TLS there: check the port, or set plainHttp: true if it really is plain http.',
    ],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'The certificate is not trusted: let Node know your CA by NODE_EXTRA_CA_CERTS.'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'The certificate is not trusted: let Node know your CA by NODE_EXTRA_CA_CERTS.'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'The certificate is not trusted: let Node know your CA by NODE_EXTRA_CA_CERTS.',
    ],
    ['CERT_HAS_EXPIRED', 'The certificate is not trusted: let Node know your CA by NODE_EXTRA_CA_CERTS.'],
    ['ECONNRESET', 'The connection broke: try again; if it repeats, look at the registry and at proxies on the way.'],
    ['', 'The connection broke: try again; if it repeats, look at the registry and at proxies on the way.'],
  ])('says of %j: %s', (code, hint) => {
    expect(networkHint(code)).toBe(hint)
  })
})

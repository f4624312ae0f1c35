import { describe, expect, it } from 'vitest'
import { networkHint } from '../../../src/oras/http/broken-connection.js'

describe('networkHint()', () => {
  it.each([
    ['ECONNREFUSED', 'Nothing listens there: check that the registry runs and that the port is right.'],
    ['ENOTFOUND', 'The name of the host was not found: check its spelling, and the DNS of this machine.'],
    ['EAI_AGAIN', 'The name of the host was not found: check its spelling, and the DNS of this machine.'],
    [
      'EPROTO',
      'The registry does not speak TLS there, or no version that Node takes: check the port, or set plainHttp: true if it is plain http.',
    ],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'The registry does not speak TLS there, or no version that Node takes: check the port, or set plainHttp: true if it is plain http.',
    ],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.',
    ],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.',
    ],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.',
    ],
    [
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.',
    ],
    ['CERT_UNTRUSTED', 'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.'],
    ['CERT_HAS_EXPIRED', 'The certificate is not valid at this time: renew it, or correct the clock of this machine.'],
    [
      'CERT_NOT_YET_VALID',
      'The certificate is not valid at this time: renew it, or correct the clock of this machine.',
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'The certificate is for another name: use one of its names as the host, or set tls.servername.',
    ],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'The registry wants a client certificate that it trusts: set or correct tls.cert and tls.key.',
    ],
    [
      'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      'The registry wants a client certificate that it trusts: set or correct tls.cert and tls.key.',
    ],
    [
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'The registry wants a client certificate that it trusts: set or correct tls.cert and tls.key.',
    ],
    [
      'ECONNRESET',
      'The request failed on the way: try again. If it fails again, check the registry and proxies on the way.',
    ],
    ['', 'The request failed on the way: try again. If it fails again, check the registry and proxies on the way.'],
  ])('says of %j: %s', (code, hint) => {
    expect(networkHint(code)).toBe(hint)
  })
})

/** What to do about a connection that failed, by the code that Node gives it. */

/** Names the usual cause of a network error code. */
export function networkHint(code: string): string {
  if (code === 'ECONNREFUSED') return 'Nothing listens there: check that the registry runs and that the port is right.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The host name is not known: check its spelling and your DNS.'
  // What OpenSSL reports of the other side's alerts: the certificate that it misses, or does not take, is ours.
  if (/ALERT.*(CERTIFICATE|UNKNOWN_CA)/.test(code)) {
    return 'The registry wants a client certificate that it knows: set tls.cert and tls.key.'
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return 'The registry does not speak TLS there: check the port, or set plainHttp: true if it really is plain http.'
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'The certificate is for another name: use a name that it has for the host, or set tls.servername.'
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'The certificate is out of date: have it renewed, or correct the clock of this machine.'
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return 'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.'
  }
  return 'The connection broke: try again; if it repeats, look at the registry and at proxies on the way.'
}

/** Names the usual cause of a failure at the proxy. */
export function proxyHint(code: string): string {
  switch (code) {
    case 'ERR_PROXY_LOGIN':
      return 'Put user and password into the URL of the proxy, percent-encoded: http://user:password@host:port.'
    case 'ERR_PROXY_REFUSED':
      return 'The proxy does not let this host or port through: allow it there, or name the host in NO_PROXY.'
    case 'ERR_PROXY_GATEWAY':
      return 'The proxy does not reach the registry: check the name of the host, or name it in NO_PROXY.'
    case 'ERR_PROXY_ANSWER':
      return 'What listens there may be no proxy: check its host, its port, and whether it wants http or https.'
    case 'ERR_PROXY_URL':
      return 'Write it as http://host:port, or https; SOCKS is not known. To use no proxy, set proxy: false.'
    default:
      return 'Check the URL of the proxy, in the option proxy or in HTTPS_PROXY and HTTP_PROXY; proxy: false uses none.'
  }
}

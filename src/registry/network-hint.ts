/** What to do about a connection that failed, by the code that Node gives it. */

/** Names the usual cause of a network error code. */
export function networkHint(code: string): string {
  if (code === 'ECONNREFUSED') return 'Nothing listens there: check that the registry runs and that the port is right.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The host name is not known: check its spelling and your DNS.'
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return 'The registry does not speak TLS there: check the port, or set plainHttp: true if it really is plain http.'
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|HOSTNAME/.test(code)) {
    return 'The certificate is not trusted: let Node know your CA by NODE_EXTRA_CA_CERTS.'
  }
  return 'The connection broke: try again; if it repeats, look at the registry and at proxies on the way.'
}

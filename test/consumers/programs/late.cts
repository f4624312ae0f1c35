/** CommonJS in TypeScript, of any version: ES modules are loaded with import(). */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const [{ packChart }, oras, { startRegistry }] = await Promise.all([
    import('oras-helm'),
    import('oras-helm/oras'),
    import('oras-helm/testing'),
  ])
  const known: boolean = typeof packChart === typeof startRegistry
  return known ? oras.digestOf(bytes) : ''
}

void digestOf(new Uint8Array())

/** Digests in a registry, read without the library. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** The digest of the manifest that a registry hands out for a tag. */
export async function digestAt(reference: string): Promise<string> {
  const [, host, repository, tag] = /^([^/]*)\/(.*):(.*)$/.exec(reference) ?? []
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { headers: { accept: ACCEPT } })
  expect(answer.status, reference).toBe(200)
  return sha256(new Uint8Array(await answer.arrayBuffer()))
}

/** The digest of bytes, as OCI writes it. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

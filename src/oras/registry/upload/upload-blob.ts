/** Puts one blob into a repository: by a mount if the registry can, otherwise by a monolithic upload. */
import { NetworkError, NotFoundError, OciError, RegistryError, UnauthorizedError } from '../../errors/oci-error.js'
import { type Content, readContent } from '../../oci/content.js'
import { hasBlob } from '../blob-requests.js'
import { delaySignal, CLEANUP_GRACE } from '../../signals.js'
import { checkStoredDigest } from '../check-stored-digest.js'
import type { ClientRequest, RequestOptions } from '../connection/endpoint.js'
import type { RegistryClient } from '../connection/registry-client.js'
import { protocolError } from '../connection/answer-error.js'
import { repositoryScope } from '../auth/scopes.js'

/** How to put a blob. */
export interface UploadOptions extends RequestOptions {
  /** Repositories to mount from, tried in order; if empty, a HEAD asks for the blob before the upload. */
  readonly mountFrom: readonly string[]
}

/** How the repository got the blob. `unmounted`: it has the blob, although the registry declined to mount it. */
export type UploadResult = 'stored' | 'mounted' | 'exists' | 'unmounted'

// Up to this size, sending a blob that exists costs less than a HEAD.
const SMALL = 64 * 1024
const READ_WHOLE = 1024 * 1024
// In milliseconds: how long a failed upload may take to cancel its sessions, unless the call is cancelled.
const CLEANUP_TIMEOUT = 5000
const MAX_RESTARTS = 5
// Statuses for an upload session that no longer exists, or that has received bytes already.
const SESSION_LOST = new Set([400, 404, 409, 410, 416])

/**
 * Puts a blob into the repository. When the promise settles, its upload sessions are finished or cancelled, if the
 * registry answered in time.
 *
 * A registry that declines a mount opens an upload session in the same response, so a mount costs no extra request. But
 * some registries never mount, so for a large blob a HEAD is sent at the same time.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export async function uploadBlob(
  client: RegistryClient,
  content: Content,
  options: UploadOptions,
): Promise<UploadResult> {
  const { signal, mountFrom } = options
  const cleanup = delaySignal(signal, { cancelled: CLEANUP_GRACE, failed: CLEANUP_TIMEOUT })
  const sessions: URL[] = []
  let isAbsent = false
  try {
    if (mountFrom.length > 0) {
      const sendsHead = content.descriptor.size > SMALL
      const [mount, head] = await Promise.allSettled([
        mountBlob(client, content, options, cleanup.signal, sessions),
        sendsHead && hasBlob(client, content.descriptor, options),
      ])
      signal?.throwIfAborted()
      if (mount.status === 'rejected') throw mount.reason
      if (mount.value) return 'mounted'
      // The HEAD is only an optimisation, so its errors are ignored; but not those of the user's event listener.
      if (head.status === 'rejected' && !(head.reason instanceof OciError)) throw head.reason
      if (head.status === 'fulfilled' && head.value) return sessions.length > 0 ? 'unmounted' : 'exists'
      isAbsent = sendsHead
    }
    if (sessions.length === 0) {
      if (!isAbsent && (await hasBlob(client, content.descriptor, options))) return 'exists'
      const session = await openSession(client, content, { ...options, signal: cleanup.signal })
      if (session === undefined) return 'mounted'
      sessions.push(session)
      signal?.throwIfAborted()
    }
    for (let restarts = 0; ; restarts++) {
      const lost = await putBlob(client, content, sessions.at(-1) as URL, options)
      if (!lost) break
      // Either the blob is complete, and only the response was lost; or a part has arrived, and the session is unusable.
      if (await hasBlob(client, content.descriptor, options)) return 'stored'
      if (restarts === MAX_RESTARTS || !client.takeRetry()) throw brokenUpload(client, content, lost)
      const session = await openSession(client, content, { ...options, signal: cleanup.signal })
      if (session === undefined) return 'mounted'
      sessions.push(session)
      signal?.throwIfAborted()
    }
    sessions.pop()
    return 'stored'
  } catch (error) {
    // If the call was cancelled, its reason is thrown, not an error that follows from it.
    signal?.throwIfAborted()
    throw error
  } finally {
    if (sessions.length > 0) {
      cleanup.endIn(CLEANUP_TIMEOUT)
      await Promise.all(sessions.map((session) => cancelSession(client, session, options, cleanup.signal)))
    }
    cleanup.clear()
    // The call may have been cancelled during the cleanup.
    if (sessions.length > 0) signal?.throwIfAborted()
  }
}

/** Tries to mount the blob from each repository. Sessions of declined mounts are added to `sessions`. */
async function mountBlob(
  client: RegistryClient,
  content: Content,
  options: UploadOptions,
  cleanup: AbortSignal,
  sessions: URL[],
): Promise<boolean> {
  for (const from of options.mountFrom) {
    options.signal?.throwIfAborted()
    try {
      const session = await openSession(client, content, { ...options, signal: cleanup }, from)
      if (session === undefined) return true
      sessions.push(session)
    } catch (error) {
      // If the mount is refused, the blob can still be sent.
      if (error instanceof RegistryError || error instanceof UnauthorizedError || error instanceof NotFoundError)
        continue
      throw error
    }
  }
  return false
}

/** Opens an upload session; `undefined` if the registry mounted the blob instead. */
async function openSession(
  client: RegistryClient,
  content: Content,
  options: UploadOptions,
  from?: string,
): Promise<URL | undefined> {
  const { digest } = content.descriptor
  const isForeign = from !== undefined && from !== client.repository
  const response = await client.send({
    method: 'POST',
    url: from === undefined ? 'blobs/uploads/' : `blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`,
    action: `start the upload of blob ${digest} to ${client.name}`,
    expect: from === undefined ? [202] : [201, 202],
    headers: { 'content-length': '0' },
    // A mount that the registry refuses is not retried, whatever the status: the blob is sent instead.
    ...(from !== undefined && { repeat: 'unanswered' }),
    scopes: isForeign ? [...options.scopes, repositoryScope(from, 'pull')] : options.scopes,
    signal: options.signal,
  })
  await response.discard()
  if (response.status === 201) {
    checkStoredDigest(response, digest)
    return undefined
  }
  const location = response.header('location')
  if (location === undefined) throw protocolError(response, response.attempt, 'the answer has no header Location')
  return client.resolveUrl('location', location, response.attempt.url)
}

/**
 * Sends the bytes to an upload session.
 *
 * @returns the registry's error, if the session was lost because the connection broke.
 */
async function putBlob(
  client: RegistryClient,
  content: Content,
  session: URL,
  options: UploadOptions,
): Promise<RegistryError | NotFoundError | undefined> {
  const { digest, size } = content.descriptor
  const { signal } = options
  // The query of the session's URL must stay as it is; the digest is appended.
  const start = session.href.replace(/#.*$/s, '')
  const url = new URL(`${start}${start.includes('?') ? '&' : '?'}digest=${digest}`)
  const whole = size <= READ_WHOLE ? await readContent(content, { signal }) : undefined
  let sent = 0
  const body: ClientRequest['body'] = {
    size,
    open(sending) {
      sent++
      return whole ?? content.open({ signal: sending })
    },
  }
  const sending = client.send({
    method: 'PUT',
    url,
    action: `upload blob ${digest} to ${client.name}`,
    expect: [200, 201, 202, 204],
    headers: { 'content-type': 'application/octet-stream' },
    body,
    ...options,
  })
  try {
    const response = await sending
    await response.discard()
    checkStoredDigest(response, digest)
    return undefined
  } catch (error) {
    const isRefusal = error instanceof RegistryError || error instanceof NotFoundError
    // If the bytes were sent only once, the error is not about a lost session.
    if (sent > 1 && isRefusal && SESSION_LOST.has(error.answer?.status ?? 0)) return error
    throw error
  }
}

function brokenUpload(client: RegistryClient, { descriptor }: Content, cause: RegistryError | NotFoundError): Error {
  const { method = 'PUT', url = '' } = cause.answer ?? {}
  return new NetworkError(`Cannot upload blob ${descriptor.digest} to ${client.name}: the connection broke each time`, {
    method,
    url,
    cause,
    hint: 'Push again: what is there already is not sent again. If it fails again, check the limits of proxies on the way.',
  })
}

async function cancelSession(
  client: RegistryClient,
  session: URL,
  options: UploadOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const response = await client.send({
      method: 'DELETE',
      url: session,
      action: 'cancel an upload',
      expect: [204],
      repeat: 'never',
      ...options,
      signal,
    })
    await response.discard()
  } catch {
    // The session expires by itself; the caller gets the error that came before.
  }
}

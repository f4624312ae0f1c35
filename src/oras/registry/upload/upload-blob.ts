/** Brings one blob into a repository: mounted if the registry can, uploaded in one piece if not. */
import { NetworkError, NotFoundError, OciError, RegistryError, UnauthorizedError } from '../../errors/oci-error.js'
import { type Content, readContent } from '../../oci/content.js'
import { hasBlob } from '../blob-requests.js'
import { delaySignal, TIDYING } from '../../signals.js'
import { checkStoredDigest } from '../check-stored-digest.js'
import type { ClientRequest, RequestOptions } from '../connection/endpoint.js'
import type { RegistryClient } from '../connection/registry-client.js'
import { protocolError } from '../connection/answer-error.js'
import { repositoryScope } from '../auth/scopes.js'

export interface UploadOptions extends RequestOptions {
  /** Repositories to mount from, tried in turn; empty to ask for the blob first and then to send it. */
  readonly mountFrom: readonly string[]
}

/** What became of a blob. `unmounted`: the repository has it, although the registry declined to mount it. */
export type UploadResult = 'stored' | 'mounted' | 'exists' | 'unmounted'

// Up to this size, sending a blob that is there already costs less than the request that asks.
const SMALL = 64 * 1024
const READ_WHOLE = 1024 * 1024
// How long an upload that has failed may take to learn the address of its session and to close it, if nobody cancels the
// call meanwhile.
const PATIENCE = 5000
const MAX_RESTARTS = 5
// What a registry answers to bytes for a session that it does not know any more, or that has got bytes already.
const SESSION_LOST = new Set([400, 404, 409, 410, 416])

/**
 * Brings a blob into the repository. Sessions that it opened are finished or cancelled when it settles, as far as the
 * registry answers in time.
 *
 * A registry that declines a mount has opened a session in the same answer, so trying costs nothing; but some never
 * mount, so for a large blob a HEAD goes out beside it.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export async function uploadBlob(
  client: RegistryClient,
  content: Content,
  options: UploadOptions,
): Promise<UploadResult> {
  const { signal, mountFrom } = options
  const tidying = delaySignal(signal, { cancelled: TIDYING, failed: PATIENCE })
  const sessions: URL[] = []
  let isAbsent = false
  try {
    if (mountFrom.length > 0) {
      const asks = content.descriptor.size > SMALL
      const [mount, head] = await Promise.allSettled([
        mountBlob(client, content, options, tidying.signal, sessions),
        asks && hasBlob(client, content.descriptor, options),
      ])
      signal?.throwIfAborted()
      if (mount.status === 'rejected') throw mount.reason
      if (mount.value) return 'mounted'
      // What the registry says of the blob is good to know, and no more; what a listener throws is another matter.
      if (head.status === 'rejected' && !(head.reason instanceof OciError)) throw head.reason
      if (head.status === 'fulfilled' && head.value) return sessions.length > 0 ? 'unmounted' : 'exists'
      isAbsent = asks
    }
    if (sessions.length === 0) {
      if (!isAbsent && (await hasBlob(client, content.descriptor, options))) return 'exists'
      const session = await openSession(client, content, { ...options, signal: tidying.signal })
      if (session === undefined) return 'mounted'
      sessions.push(session)
      signal?.throwIfAborted()
    }
    for (let restarts = 0; ; restarts++) {
      const lost = await putBlob(client, content, sessions.at(-1) as URL, options)
      if (!lost) break
      // The answer to the first time was lost, and the blob is there; or a part of it has come, and the session is of no
      // use any more.
      if (await hasBlob(client, content.descriptor, options)) return 'stored'
      if (restarts === MAX_RESTARTS || !client.takeRetry()) throw brokenUpload(client, content, lost)
      const session = await openSession(client, content, { ...options, signal: tidying.signal })
      if (session === undefined) return 'mounted'
      sessions.push(session)
      signal?.throwIfAborted()
    }
    sessions.pop()
    return 'stored'
  } catch (error) {
    // What fails while the call is being given up is not why it is.
    signal?.throwIfAborted()
    throw error
  } finally {
    if (sessions.length > 0) {
      tidying.endIn(PATIENCE)
      await Promise.all(sessions.map((session) => cancelSession(client, session, options, tidying.signal)))
    }
    tidying.clear()
    // Whoever has cancelled meanwhile gets no other answer.
    if (sessions.length > 0) signal?.throwIfAborted()
  }
}

/** Tells whether one of the repositories gave the blob; the sessions that declining answers opened are added. */
async function mountBlob(
  client: RegistryClient,
  content: Content,
  options: UploadOptions,
  tidying: AbortSignal,
  sessions: URL[],
): Promise<boolean> {
  for (const from of options.mountFrom) {
    options.signal?.throwIfAborted()
    try {
      const session = await openSession(client, content, { ...options, signal: tidying }, from)
      if (session === undefined) return true
      sessions.push(session)
    } catch (error) {
      // Whatever a registry that cannot mount, or may not, answers: the blob can still be sent.
      if (error instanceof RegistryError || error instanceof UnauthorizedError || error instanceof NotFoundError)
        continue
      throw error
    }
  }
  return false
}

/** Opens an upload session, or mounts: then there is none. */
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
    // A mount that is declined, for whatever reason, is not worth waiting for.
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

/** @returns what the registry said, if the session was lost because the connection had broken. */
async function putBlob(
  client: RegistryClient,
  content: Content,
  session: URL,
  options: UploadOptions,
): Promise<RegistryError | NotFoundError | undefined> {
  const { digest, size } = content.descriptor
  const { signal } = options
  // The session's own query is the registry's business: it is sent back as it came, with the digest behind it.
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
    // Sent once, it was refused for what it is.
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
    // The session runs out by itself; what failed before is the error worth reporting.
  }
}

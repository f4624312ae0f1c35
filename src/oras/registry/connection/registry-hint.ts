/** The hints for error responses of registries, by status and by messages that registries are known to send. */
import { isDockerHub } from '../../oci/docker-hub.js'

/** An error response, as far as hints need it. */
export interface Refusal {
  readonly method: string
  readonly url: URL
  readonly status: number
  /** The beginning of the body, if it is text. */
  readonly text: string
  /** The Authorization header that was sent, unless it was an anonymous token. */
  readonly authorization: string | undefined
  /** Whether an anonymous token was sent. */
  readonly isAnonymousToken: boolean
  /** Whether the response has a challenge. */
  readonly isChallenge: boolean
  /** In seconds. */
  readonly retryAfter: number | undefined
  readonly rateLimit: string | undefined
}

// Quay, Amazon ECR and Google Artifact Registry, Harbor, Nexus.
const IMMUTABLE = /TAG_ALREADY_EXISTS|immutab|cannot be overwritten|not allow updating/i
// GitLab, Alibaba, Quay, Gitea, Amazon ECR, Nexus, Huawei.
const MEDIA_TYPE =
  /unknown media type|unknown manifest class|schema version (?:is )?not supported|'ImageManifest' failed|content type could not be|parse 'manifest\.json'/i
const INVALID = /MANIFEST_INVALID|UNSUPPORTED/
// Go's server, nginx, Apache.
const HTTPS_PORT = /HTTP request to an HTTPS server|HTTP request was sent to HTTPS port|plain HTTP to an SSL/i
const TOO_LARGE = /too large|maximum permissible/i
const DENIED = /denied|insufficient|forbidden|permission/i
const NO_ECR_REPOSITORY = /does not exist in the registry/i
const NO_PROJECT = /project \S+ not found|unauthorized to access repository/i

const isReading = ({ method }: Refusal): boolean => method === 'GET' || method === 'HEAD'
const isHubSite = ({ hostname }: URL): boolean => isDockerHub(hostname, 'site')

/** The hint for a response that does not look like one of a registry. */
export function notARegistryHint(url: URL): string {
  return isHubSite(url)
    ? 'This is a web site of Docker: its registry is called docker.io.'
    : 'An OCI registry does not answer like this: check the host, the port and proxies on the way.'
}

/** The hint for a 401 or a 403. */
export function unauthorizedHint(refusal: Refusal): string {
  const { status, text, authorization, isChallenge, url } = refusal
  if (isHubSite(url)) return 'This is a site of Docker with other logins: its registry is called docker.io.'
  if (IMMUTABLE.test(text)) return 'The tag is immutable: push another version, or allow the registry to replace tags.'
  if (MEDIA_TYPE.test(text)) {
    return 'The registry does not allow this media type: allow it in the settings of the registry, or use another registry.'
  }
  if (NO_PROJECT.test(text)) {
    return 'Use a login that may use this project, or create the project: Harbor gives the same answer for one that does not exist.'
  }
  if (status === 401 && !isChallenge && !refusal.isAnonymousToken)
    return 'The registry refused without saying how to log in: check the host, and proxies on the way.'
  if (authorization === undefined)
    return status === 401 || refusal.isAnonymousToken
      ? 'No login was sent: set the option credentials, or log in with docker or podman. If there is a login, the registry does not take one of its kind.'
      : 'The registry refused without asking for a login: check the reference, and the rights of anonymous users there.'
  if (authorization.startsWith('Basic ') && status === 401) {
    return 'The registry does not accept the credentials: many want an access token as the password.'
  }
  if (status === 401 && (isReading(refusal) || !DENIED.test(text)))
    return 'The registry does not accept the login for this: check the credentials, and their rights to this repository.'
  return isReading(refusal)
    ? 'The login may not read this: check its rights to this repository with an administrator of the registry.'
    : 'The login may not write there: use a token with the right to write, or check the rights with an administrator of the registry.'
}

/** The hint for a 401 or a 403 of a host that the registry redirected to. */
export const redirectedHint =
  'No login is sent to the host of a redirect: use the address of that host in the reference, or check the redirect.'

/** The hint for a token server that refuses a token. */
export function tokenServerHint({ status }: Refusal): string {
  return status === 401 || status === 403
    ? 'Set or correct the option credentials: the token server of the registry wants a login, or does not accept this one.'
    : 'The token server does not take this kind of login: try a password in place of a token, or a token in place of a password.'
}

/** The hint for a 404. */
export function notFoundHint(refusal: Refusal): string {
  const { text, url } = refusal
  if (isHubSite(url)) return 'There are no repositories at this site of Docker: its registry is called docker.io.'
  if (isReading(refusal))
    return 'Check the reference, and your rights: many registries give the same answer for what you may not read.'
  if (NO_ECR_REPOSITORY.test(text))
    return 'Amazon ECR wants a repository to be created before the first push: aws ecr create-repository.'
  if (NO_PROJECT.test(text)) return 'Create the project before the first push: Harbor does not do so by itself.'
  return 'Check the reference. Some registries want a repository to be created before the first push.'
}

/** The hint for all other statuses. */
export function registryHint(refusal: Refusal): string {
  const { status, text, url } = refusal
  if (isHubSite(url)) return notARegistryHint(url)
  if (HTTPS_PORT.test(text))
    return 'The port is one for https: leave out plainHttp, or set plainHttp: false for a registry on this machine.'
  if (status === 413 || (status < 500 && TOO_LARGE.test(text)))
    return 'The content is too large for this registry, or for a proxy before it: raise the limit there.'
  if (/POLICY_?VIOLATION|not signed/i.test(text))
    return 'A policy of the registry blocks this artifact: often because it is vulnerable, not scanned or not signed.'
  if ((status === 412 && refusal.method === 'PUT') || (status < 500 && IMMUTABLE.test(text)))
    return 'The tag exists and is immutable: push another version, or allow tags to be replaced in the settings of the registry.'
  if (status === 415 || MEDIA_TYPE.test(text) || isRefusedManifest(refusal)) {
    return 'The registry does not take this manifest: allow its media types in the settings of the registry, or for a chart try the other format.'
  }
  if (status === 429) return rateLimitHint(refusal)
  if (status >= 500) return 'The registry failed: try again later, and check its log if you run it.'
  if (status >= 300 && status < 400)
    return 'A redirect of this request is not followed: use the address that the answer points to.'
  if (status < 300) return notARegistryHint(url)
  return 'The registry refused this request: what it said about it, if anything, is in the message.'
}

function isRefusedManifest({ method, url, status, text }: Refusal): boolean {
  const isRefusal = status === 400 || status === 405
  return isRefusal && method === 'PUT' && url.pathname.includes('/manifests/') && INVALID.test(text)
}

function rateLimitHint({ retryAfter, rateLimit }: Refusal): string {
  const limit = rateLimit === undefined ? '' : `, ${rateLimit}`
  if (retryAfter !== undefined)
    return `Too many requests${limit}: try again in ${Math.ceil(retryAfter)} seconds, or log in for a higher limit.`
  if (rateLimit !== undefined) return `Too many requests, ${rateLimit}: wait, or log in for a higher limit.`
  return 'Too many requests: wait before you try again, or log in for a higher limit.'
}

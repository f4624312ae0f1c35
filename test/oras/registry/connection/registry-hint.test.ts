import { describe, expect, it } from 'vitest'
import { Secrets } from '../../../../src/oras/errors/secrets.js'
import { answerError, expectNoWebPage } from '../../../../src/oras/registry/connection/answer-error.js'
import type { TransportResponse } from '../../../../src/oras/http/transport.js'
import { catchError } from '../../../support/catch-error.js'

type Said = readonly [
  who: string,
  request: string,
  status: number,
  body: string,
  hint: string,
  more?: { readonly headers?: Readonly<Record<string, string>>; readonly authorization?: string },
]

const secrets = new Secrets()
const BASIC = { authorization: `Basic ${Buffer.from('me:s3cret').toString('base64')}` }
const CHALLENGE = { 'www-authenticate': 'Bearer realm="https://host/token"' }
const BEARER = { authorization: 'Bearer t0ken', headers: CHALLENGE }

const MANIFEST = 'PUT https://host/v2/a/manifests/v1'
const UPLOAD = 'POST https://host/v2/a/blobs/uploads/'

const one = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] })

const NO_LOGIN =
  'No login was sent: set the option credentials, or log in with docker or podman. If there is a login, the registry does not take one of its kind.'
const WRONG_LOGIN = 'The registry does not accept the credentials: many want an access token as the password.'
const PERHAPS_WRONG =
  'The registry does not accept the login for this: check the credentials, and their rights to this repository.'
const NO_READ =
  'The login may not read this: check its rights to this repository with an administrator of the registry.'
const NO_PUSH =
  'The login may not write there: use a token with the right to write, or check the rights with an administrator of the registry.'
const CREATE_ON_ECR = 'Amazon ECR wants a repository to be created before the first push: aws ecr create-repository.'
const CREATE_PROJECT = 'Create the project before the first push: Harbor does not do so by itself.'
const PERHAPS_NO_PROJECT =
  'Use a login that may use this project, or create the project: Harbor gives the same answer for one that does not exist.'
const CREATE = 'Check the reference. Some registries want a repository to be created before the first push.'
const IMMUTABLE =
  'The tag exists and is immutable: push another version, or allow tags to be replaced in the settings of the registry.'
const IMMUTABLE_DENIAL = 'The tag is immutable: push another version, or allow the registry to replace tags.'
const NO_SUCH_MANIFEST =
  'The registry does not take this manifest: allow its media types in the settings of the registry, or for a chart try the other format.'
const NO_SUCH_TYPE =
  'The registry does not allow this media type: allow it in the settings of the registry, or use another registry.'
const HTTPS = 'The port is one for https: leave out plainHttp, or set plainHttp: false for a registry on this machine.'
const TOO_LARGE = 'The content is too large for this registry, or for a proxy before it: raise the limit there.'
const REFUSED = 'The registry refused this request: what it said about it, if anything, is in the message.'

// What registries really answer, from their issues and their sources.
const SAID: readonly Said[] = [
  ['anybody who wants a login', 'GET https://host/v2/a', 401, '', NO_LOGIN, { headers: CHALLENGE }],
  [
    'anybody, to a wrong password',
    'GET https://host/v2/a',
    401,
    one('UNAUTHORIZED', 'wrong'),
    WRONG_LOGIN,
    { ...BASIC, headers: CHALLENGE },
  ],
  ['anybody, to a token', 'GET https://host/v2/a', 401, one('UNAUTHORIZED', 'no'), PERHAPS_WRONG, BEARER],
  [
    'Docker Hub, to a login without the right',
    UPLOAD,
    401,
    one('DENIED', 'requested access to the resource is denied'),
    NO_PUSH,
    BEARER,
  ],
  [
    'Docker Hub, reading',
    'GET https://host/v2/a',
    401,
    one('DENIED', 'requested access to the resource is denied'),
    PERHAPS_WRONG,
    BEARER,
  ],
  [
    'GHCR, reading',
    'GET https://host/v2/a',
    403,
    one('DENIED', 'requested access to the resource is denied'),
    NO_READ,
    BEARER,
  ],
  ['GHCR, pushing', UPLOAD, 403, one('DENIED', 'permission_denied: write_package'), NO_PUSH, BEARER],
  [
    'Amazon ECR without the repository',
    UPLOAD,
    404,
    one('NAME_UNKNOWN', "The repository with name 'a' does not exist in the registry with id '123456789012'"),
    CREATE_ON_ECR,
  ],
  ['Harbor without the project', UPLOAD, 404, one('NOT_FOUND', 'project library not found'), CREATE_PROJECT],
  [
    'Harbor without the project, or the right',
    UPLOAD,
    401,
    one(
      'UNAUTHORIZED',
      'unauthorized to access repository: a/b, action: push: unauthorized to access repository: a/b, action: push',
    ),
    PERHAPS_NO_PROJECT,
    BEARER,
  ],
  ['Artifactory without the repository', UPLOAD, 404, one('NAME_UNKNOWN', 'Repository a not found'), CREATE],
  [
    'Amazon ECR of an immutable tag',
    MANIFEST,
    400,
    one(
      'TAG_INVALID',
      "The image tag 'v1' already exists in the 'a' repository and cannot be overwritten because the repository is immutable.",
    ),
    IMMUTABLE,
  ],
  [
    'Amazon ECR of an immutable tag, with its own name for it',
    MANIFEST,
    409,
    'ImageTagAlreadyExistsException: the tag is immutable',
    IMMUTABLE,
  ],
  [
    'Harbor of an immutable tag',
    MANIFEST,
    412,
    one('PRECONDITION', "Failed to process request due to 'a:v1' configured as immutable."),
    IMMUTABLE,
  ],
  ['Quay of an immutable tag', MANIFEST, 409, one('TAG_IMMUTABLE', ''), IMMUTABLE],
  ['Quay of a tag that is there', MANIFEST, 409, one('TAG_ALREADY_EXISTS', 'tag was already pushed'), IMMUTABLE],
  ['a registry that denies it', MANIFEST, 403, one('DENIED', 'tag v1 is immutable'), IMMUTABLE_DENIAL, BEARER],
  ['anybody of a tag that is none', MANIFEST, 400, one('TAG_INVALID', 'manifest tag did not match URI'), REFUSED],
  [
    'Quay of a media type',
    MANIFEST,
    415,
    one('MANIFEST_INVALID', 'manifest schema version not supported'),
    NO_SUCH_MANIFEST,
  ],
  ['an older Quay', MANIFEST, 400, one('MANIFEST_INVALID', 'manifest schema version not supported'), NO_SUCH_MANIFEST],
  [
    'GitLab of a media type',
    MANIFEST,
    400,
    one('MANIFEST_INVALID', 'unknown media type: application/vnd.cncf.helm.config.v1+json'),
    NO_SUCH_MANIFEST,
  ],
  [
    'Amazon ECR of a manifest',
    MANIFEST,
    405,
    one('UNSUPPORTED', "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"),
    NO_SUCH_MANIFEST,
  ],
  [
    'Alibaba of a media type',
    MANIFEST,
    400,
    'denied: unknown manifest class for application/vnd.oci.empty.v1+json',
    NO_SUCH_MANIFEST,
  ],
  [
    'Alibaba, as a denial',
    MANIFEST,
    403,
    one('DENIED', 'unknown manifest class for application/vnd.oci.empty.v1+json'),
    NO_SUCH_TYPE,
    BEARER,
  ],
  ['Nexus of a media type', MANIFEST, 400, 'Content type could not be determined', NO_SUCH_MANIFEST],
  ['Gitea of a media type', MANIFEST, 501, one('UNSUPPORTED', 'Schema version is not supported'), NO_SUCH_MANIFEST],
  [
    'anybody of a method',
    'DELETE https://host/v2/a/blobs/x',
    405,
    one('UNSUPPORTED', 'The operation is unsupported.'),
    REFUSED,
  ],
  [
    'GHCR of a large chunk',
    'PATCH https://host/v2/a/blobs/uploads/1',
    416,
    'request body is too large and exceeds the maximum permissible limit of 4.00MiB',
    TOO_LARGE,
  ],
  [
    "Go's server, to plain http",
    'GET http://host:443/v2/a',
    400,
    'Client sent an HTTP request to an HTTPS server.',
    HTTPS,
  ],
  [
    'nginx, to plain http',
    'GET http://host:443/v2/a',
    400,
    '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>',
    HTTPS,
    { headers: { 'content-type': 'text/html' } },
  ],
  [
    'Docker Hub, once too often',
    'GET https://host/v2/a',
    429,
    one('TOOMANYREQUESTS', 'You have reached your pull rate limit.'),
    'Too many requests, 0 of 100 left in 21600 seconds: wait, or log in for a higher limit.',
    { headers: { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' } },
  ],
  [
    'GitLab, once too often',
    'GET https://host/v2/a',
    429,
    '',
    'Too many requests: try again in 31 seconds, or log in for a higher limit.',
    { headers: { 'retry-after': '30.2' } },
  ],
  [
    'Amazon ECR Public, once too often',
    'GET https://host/v2/a',
    429,
    'toomanyrequests: Rate exceeded',
    'Too many requests: wait before you try again, or log in for a higher limit.',
  ],
  [
    'the web site of Docker Hub',
    'GET https://hub.docker.com/v2/a',
    405,
    '',
    'This is a web site of Docker: its registry is called docker.io.',
  ],
  [
    'the web site of Docker Hub, of a path',
    'GET https://hub.docker.com/v2/a',
    404,
    '{"message":"object not found"}',
    'There are no repositories at this site of Docker: its registry is called docker.io.',
  ],
  [
    'the web site of Docker Hub, of a login',
    'GET https://hub.docker.com/v2/a',
    401,
    '',
    'This is a site of Docker with other logins: its registry is called docker.io.',
  ],
]

function respond(status: number, body: string, headers: Readonly<Record<string, string>> = {}): TransportResponse {
  return {
    status,
    header: (name) => headers[name],
    async *read() {
      yield Buffer.from(body)
    },
    discard: async () => undefined,
    close: () => undefined,
  }
}

describe('the hint', () => {
  it.each(SAID.map((said) => [said[0], said[1], said[2], said] as const))(
    'knows %s: %s, %i',
    async (_who, _what, _how, said) => {
      const [, request, status, body, hint, { headers, authorization } = {}] = said
      const [method = '', url = ''] = request.split(' ')

      const attempt = { action: 'do it', method, url: new URL(url), authorization, secrets }
      const error = await answerError(respond(status, body, headers), attempt, undefined)

      expect(error.hint).toBe(hint)
    },
  )

  it.each([
    ['PUT', 'No login was sent'],
    ['GET', 'No login was sent'],
  ])('does not take the token that anybody gets for a login: %s', async (method, beginning) => {
    const url = new URL('https://ghcr.io/v2/a/manifests/v1')
    const attempt = { action: 'do it', method, url, authorization: 'Bearer t', isAnonymous: true, secrets }
    for (const status of [401, 403]) {
      const answer = respond(status, '{"errors":[{"code":"DENIED","message":"requested access is denied"}]}', {
        'www-authenticate': 'Bearer realm="https://ghcr.io/token"',
      })
      expect((await answerError(answer, attempt, undefined)).hint).toMatch(new RegExp(`^${beginning}`))
    }
  })

  it('takes a rule of a project for no immutable tag, and an unknown 412 of a download neither', async () => {
    const hintOf = async (method: string, body: string): Promise<string> => {
      const attempt = { action: 'do it', method, url: new URL('https://harbor.example/v2/a/manifests/v1'), secrets }
      return (await answerError(respond(412, body), attempt, undefined)).hint
    }

    expect(await hintOf('GET', 'PROJECTPOLICYVIOLATION: current image cannot be pulled')).toMatch(
      /^A policy of the registry/,
    )
    expect(await hintOf('GET', 'something else')).not.toMatch(/immutable/)
    expect(await hintOf('PUT', 'something else')).toMatch(/^The tag exists and is immutable/)
  })

  it('of a used-up quota says for how long, if the registry does', async () => {
    const headers = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600', 'retry-after': '30' }
    const attempt = {
      action: 'do it',
      method: 'GET',
      url: new URL('https://gitlab.example/v2/a/manifests/v1'),
      secrets,
    }

    expect((await answerError(respond(429, '', headers), attempt, undefined)).hint).toBe(
      'Too many requests, 0 of 100 left in 21600 seconds: try again in 30 seconds, or log in for a higher limit.',
    )
  })

  it('of a web page knows the web site of Docker', async () => {
    const page = respond(200, '', { 'content-type': 'text/html' })
    const hintAt = async (url: string): Promise<string> => {
      return (await catchError(() => expectNoWebPage(page, { action: 'a', method: 'GET', url: new URL(url), secrets })))
        .hint
    }

    expect(await hintAt('https://www.docker.com/v2/')).toBe(
      'This is a web site of Docker: its registry is called docker.io.',
    )
    expect(await hintAt('https://docker.example/v2/')).toBe(
      'An OCI registry does not answer like this: check the host, the port and proxies on the way.',
    )
  })
})

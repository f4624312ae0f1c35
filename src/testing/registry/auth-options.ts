/** How the embedded registry asks for a login: an option of its own. */
import {
  aBoolean,
  aString,
  must,
  oneOf,
  type OptionCheck,
  type OptionChecks,
  readOptions,
  strings,
  wholeNumber,
} from '../../oras/errors/read-options.js'
import { wrongArgument } from '../../oras/errors/wrong-argument.js'

/** Makes the embedded registry ask for a login: its one user, and how it sends challenges and tokens. */
export interface TestRegistryAuth {
  /**
   * How clients log in. `basic`: they send the credentials with every request. `bearer`: they send the credentials to
   * `/token`, get a token for the scopes they asked for, and send that token with every request. `both`: either works.
   */
  readonly scheme: 'basic' | 'bearer' | 'both'
  /** The name of the only user. */
  readonly username: string
  /** The password of the only user. */
  readonly password: string
  /**
   * Whether clients may pull without credentials. With `bearer` they still need a token, which they get without a login.
   *
   * @default false
   */
  readonly anonymousPull?: boolean | undefined
  /**
   * The status of a request that lacks a login, without a challenge; only `/v2/` sends one then. With `anonymousPull`,
   * reading needs no token either. Nexus answers 403, GitLab 404.
   *
   * @default 401, with a challenge
   */
  readonly unchallenged?: 403 | 404 | undefined
  /**
   * An identity token: `POST /token` accepts it as `refresh_token`, in place of username and password.
   *
   * @default no identity token is accepted
   */
  readonly identityToken?: string | undefined
  /**
   * The methods that `/token` accepts.
   *
   * @default `['GET']`; `['GET', 'POST']` with an `identityToken` or a `refreshToken`
   */
  readonly tokenMethods?: readonly ('GET' | 'POST')[] | undefined
  /**
   * Where `GET` and `POST /token` redirect to, with status 307 and the query of the request. This registry also gives
   * tokens at `/token/`.
   *
   * @default no redirect
   */
  readonly tokenRedirect?: string | undefined
  /**
   * The status of a token answer.
   *
   * @default 200
   */
  readonly tokenStatus?: 200 | 201 | undefined
  /**
   * A refresh token that every token answer to the user holds: `POST /token` accepts it, as an `identityToken`.
   *
   * @default token answers hold no refresh token
   */
  readonly refreshToken?: string | undefined
  /**
   * How the header `WWW-Authenticate` is written. `plain`: as most registries write it. `upper-case`: scheme and parameter
   * names in capitals. `unquoted`: without the quotes that can be left out. `joined`: in one header, after the scheme
   * `Negotiate`. `split`: in one header each, after one for `Negotiate`.
   *
   * @default `'plain'`
   */
  readonly challenges?: 'plain' | 'upper-case' | 'unquoted' | 'joined' | 'split' | undefined
  /**
   * The realm in the challenge: the URL where clients get a token.
   *
   * @default the absolute URL of this registry's `/token`
   */
  readonly realm?: string | undefined
  /**
   * The `expires_in` of every token answer, in seconds; `null` leaves it out. It changes only what the client is told:
   * a token always expires after 300 seconds.
   *
   * @default 300
   */
  readonly expiresIn?: number | null | undefined
  /**
   * How many requests may use the same token.
   *
   * @default any number
   */
  readonly tokenUses?: number | undefined
  /**
   * `true`: a token covers only the first of the scopes that the client asked for.
   *
   * @default false
   */
  readonly firstScopeOnly?: boolean | undefined
  /**
   * A scope that the client must ask for in addition to those of the request, such as `aws`.
   *
   * @default no additional scope
   */
  readonly requiredScope?: string | undefined
  /**
   * `true`: after wrong credentials or a wrong token, the challenge is `Basic`, whatever the `scheme`. Harbor does this.
   *
   * @default false
   */
  readonly basicAfterBadLogin?: boolean | undefined
}

/** Checks the option auth of the embedded registry. */
export const checkAuth: OptionCheck = (value, what) => {
  const auth = readOptions(value as TestRegistryAuth, authChecks(), what)
  for (const name of ['scheme', 'username', 'password'] as const) {
    if (auth[name] === undefined) throw wrongArgument(`${what}.${name}`, REQUIRED[name], undefined)
  }
}

const REQUIRED = { scheme: "'basic', 'bearer' or 'both'", username: 'a string', password: 'a string' } as const

function authChecks(): OptionChecks<TestRegistryAuth> {
  return {
    scheme: oneOf('basic', 'bearer', 'both'),
    username: aString,
    password: aString,
    anonymousPull: aBoolean,
    unchallenged: must('403 or 404', (value) => value === 403 || value === 404),
    identityToken: aString,
    tokenMethods: strings,
    tokenRedirect: aString,
    tokenStatus: must('200 or 201', (value) => value === 200 || value === 201),
    refreshToken: aString,
    challenges: oneOf('plain', 'upper-case', 'unquoted', 'joined', 'split'),
    realm: aString,
    expiresIn: must('a number of seconds, or null', (value) => value === null || Number.isFinite(value)),
    tokenUses: wholeNumber(0),
    firstScopeOnly: aBoolean,
    requiredScope: aString,
    basicAfterBadLogin: aBoolean,
  }
}

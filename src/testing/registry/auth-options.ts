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

/** The one user that the embedded registry knows, and the ways in which it asks for a login. */
export interface TestRegistryAuth {
  /**
   * `basic`: credentials come with every request. `bearer`: they go to `/token`, whose tokens come with every request
   * and allow what was asked for when they were made. `both`: either will do.
   */
  readonly scheme: 'basic' | 'bearer' | 'both'
  readonly username: string
  readonly password: string
  /** Whether anybody may read; with `bearer` they still need a token for it. Default: `false`. */
  readonly anonymousPull?: boolean | undefined
  /** What `POST /token` takes for a login, too, as `refresh_token`. Default: nothing. */
  readonly identityToken?: string | undefined
  /** How `/token` is asked. Default: `GET`; both, if there is an `identityToken`. */
  readonly tokenMethods?: readonly ('GET' | 'POST')[] | undefined
  /**
   * How challenges are spelled: `plain`; `upper-case`, scheme and names; `unquoted`, without quotes; `joined`, behind
   * another scheme in one header; `split`, one header for each scheme. Default: `plain`.
   */
  readonly challenges?: 'plain' | 'upper-case' | 'unquoted' | 'joined' | 'split' | undefined
  /** The realm of the tokens, as the challenge writes it. Default: `/token` of this registry, as a whole URL. */
  readonly realm?: string | undefined
  /** The `expires_in` that comes with a token, in seconds, true or not; `null` for none. Default: 300. */
  readonly expiresIn?: number | null | undefined
  /** How many requests a token is good for. Default: any number. */
  readonly tokenUses?: number | undefined
  /** `true`: a token allows only the first of the scopes that it was asked for. Default: `false`. */
  readonly firstScopeOnly?: boolean | undefined
  /** A scope that a token must have been asked for beside those of the request: `aws`. Default: none. */
  readonly requiredScope?: string | undefined
  /** `true`: who sends something wrong is challenged for `Basic`, whatever the scheme, as by Harbor. Default: `false`. */
  readonly basicAfterBadLogin?: boolean | undefined
}

/** Checks the option auth of the embedded registry. */
export const checkAuth: OptionCheck = (value, what) => {
  readOptions(value as TestRegistryAuth, authChecks(), what)
}

function authChecks(): OptionChecks<TestRegistryAuth> {
  return {
    scheme: oneOf('basic', 'bearer', 'both'),
    username: aString,
    password: aString,
    anonymousPull: aBoolean,
    identityToken: aString,
    tokenMethods: strings,
    challenges: oneOf('plain', 'upper-case', 'unquoted', 'joined', 'split'),
    realm: aString,
    expiresIn: must('a number of seconds, or null', (value) => value === null || Number.isFinite(value)),
    tokenUses: wholeNumber(0),
    firstScopeOnly: aBoolean,
    requiredScope: aString,
    basicAfterBadLogin: aBoolean,
  }
}

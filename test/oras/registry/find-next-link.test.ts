import { describe, expect, it } from 'vitest'
import { findNextLink } from '../../../src/oras/registry/find-next-link.js'

describe('findNextLink()', () => {
  it.each([
    ['as registries write it', '</v2/a/tags/list?n=2&last=b>; rel="next"', '/v2/a/tags/list?n=2&last=b'],
    ['without quotes', '</next>; rel=next', '/next'],
    ['without brackets', '/v2/a/tags/list?last=b&n=2; rel="next"', '/v2/a/tags/list?last=b&n=2'],
    ['without brackets, in full', 'https://host:5000/v2/?n=2;rel=next', 'https://host:5000/v2/?n=2'],
    ['in upper case', '</next>; REL="NEXT"', '/next'],
    ['with spaces wherever they may be', '  </next>  ;  rel  =  "next"  ', '/next'],
    ['without spaces', '</next>;rel="next"', '/next'],
    ['behind other parameters', '</next>; title="a, b; rel=prev"; hreflang=en; flag; rel="next"', '/next'],
    ['before other parameters', '</next>; rel="next"; title="\\"x\\""; type=a/b', '/next'],
    ['as one of several relations', '</next>; rel="last  Next start"', '/next'],
    ['behind other links', '</a>; rel="prev", </b>; rel=first,</next>; rel="next"', '/next'],
    ['behind a link without brackets', '/a; rel="prev", /next; rel="next"', '/next'],
    ['behind a link without relation', '</a>, </next>; rel="next"', '/next'],
    ['before other links', '</next>; rel="next", </a>; rel="prev"', '/next'],
    ['twice', '</next>; rel="next", </other>; rel="next"', '/next'],
    ['with a comma and a semicolon in it', '</next?a=1,2;3>; rel="next"', '/next?a=1,2;3'],
    ['empty', '<>; rel="next"', ''],
    ['behind an empty member', ', ,</next>; rel="next"', '/next'],
  ])('finds the next page: %s', (_, header, target) => {
    expect(findNextLink(header)).toBe(target)
  })

  it.each([
    ['there is nothing', ''],
    ['there are only other relations', '</a>; rel="prev", </b>; rel="nextish", </c>; rel=last'],
    ['there is no relation', '</next>'],
    ['a title says so', '</a>; title="; rel=next"'],
    ['another parameter says so', '</a>; xrel="next"; rel-x=next'],
    ['only the second relation says so', '</a>; rel="prev"; rel="next"'],
    ['there is no target', '; rel="next"'],
    ['the bracket is never closed', '<; rel="next"'],
    ['the quote is never closed', '</a>; rel="next'],
  ])('finds none where %s', (_, header) => {
    expect(findNextLink(header)).toBeUndefined()
  })

  it.each(['<', '<a', 'a;', 'a; ', '<>;b="', '<>;b="\\', '<>;b=', ' ', 'a ;b = ', '<>; rel="next', ';="'])(
    'gets through a long header of %j',
    (piece) => {
      // Going over it again and again would take minutes.
      expect(() => findNextLink(piece.repeat(200_000))).not.toThrow()
    },
  )
})

import { describe, expect, it } from 'vitest'
import { parseIp } from '../../../src/oras/http/ip-address.js'

describe('parseIp()', () => {
  it.each([
    ['0.0.0.0', 0xffff00000000n],
    ['255.255.255.255', 0xffffffffffffn],
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['::ffff:1.2.3.4', 0xffff01020304n],
    ['1:2:3:4:5:6:1.2.3.4', 0x0001000200030004000500060102_0304n],
  ])('reads %s', (text, address) => {
    expect(parseIp(text)).toBe(address)
  })

  it.each(
    (
      ' 1 1.2.3 1.2.3.4.5 256.1.1.1 01.2.3.4 1.2.3.4\t : ::: ::1.2.3 1.2.3.4:: ::12345 ::1%lo [::1] 1::2::3 g:: ' +
      '1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7::8 1:2:3:4:5:6:7:1.2.3.4'
    ).split(' '),
  )('reads no address in %j', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })
})

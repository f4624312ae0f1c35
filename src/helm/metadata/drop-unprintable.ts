/** Drops the characters that Go does not count as printable, in the same way on every version of Node. */

// Go (up to 1.26) has the tables of Unicode 15.0, Node those of its ICU, and a chart's digest must not depend on the
// version of either. So code points that Unicode 15.0 does not assign are never printable. The list has every gap in
// which Unicode 15.1, 16 or 17 assign characters, and, for later versions, the large gaps and those among the emoji.
const UNASSIGNED = [
  // Scripts and symbols of the first plane
  '88F 892-897 C5B-C5C CD7-CDC E5C-E80 EE0-EFF FDB-FFF 1ACF-1AFF 1B4D-1B4F 1B7F 1C89-1C8F 20C1-20CF 2427-243F 2B96',
  '2E5E-2E7F 2FFC-2FFF 31E4-31EF A7CB-A7CF A7D2 A7D4 A7DA-A7F1 FADA-FAFF FBC3-FBD2 FD90-FD91 FDC8-FDCE',
  // Ancient and minority scripts
  '1005E-1007F 101A1-101CF 101FE-1027F 103D6-103FF 105BD-105FF 107BB-107FF 108B0-108DF 10940-1097F 10AA0-10ABF',
  '10BB0-10BFF 10C49-10C7F 10D3A-10E5F 10EB2-10EFC 10F8A-10FAF 11242-1127F 11375-113FF 114DA-1157F 115DE-115FF',
  '116CA-116FF 11747-117FF 1183C-1189F 1195A-1199F 11B0A-11BFF 11CB7-11CFF 11DAA-11EDF 11F5A-11FAF 1239A-123FF',
  '12544-12F8F 13456-143FF 14647-167FF 16B90-16E3F 16E9B-16EFF 16FA0-16FDF 16FF2-16FFF 187F8-187FF 18CD6-18CFF',
  '18D09-1AFEF 1B2FC-1BBFF',
  // Notations, and scripts between them
  '1BCA4-1CEFF 1CFC4-1CFFF 1D246-1D2BF 1D379-1D3FF 1DAB0-1DEFF 1DF2B-1DFFF 1E06E-1E08E 1E090-1E0FF 1E150-1E28F',
  '1E300-1E4CF 1E4FA-1E7DF 1E8D7-1E8FF 1E960-1EC70 1ECB5-1ED00 1ED3E-1EDFF 1EEBC-1EEEF 1EEF2-1EFFF',
  // Emoji and other pictures
  '1F1AE-1F1E5 1F266-1F2FF 1F6D8-1F6DB 1F6ED-1F6EF 1F6FD-1F6FF 1F777-1F77A 1F7DA-1F7DF 1F7EC-1F7EF 1F7F1-1F7FF',
  '1F80C-1F80F 1F848-1F84F 1F85A-1F85F 1F888-1F88F 1F8AE-1F8AF 1F8B2-1F8FF 1FA54-1FA5F 1FA6E-1FA6F 1FA7D-1FA7F',
  '1FA89-1FA8F 1FABE 1FAC6-1FACD 1FADC-1FADF 1FAE9-1FAEF 1FAF9-1FAFF 1FBCB-1FBEF 1FBFA-1FFFF',
  // Ideographs, and the planes above them
  '2A6E0-2A6FF 2B73A-2B73F 2CEA2-2CEAF 2EBE1-2F7FF 2FA1E-2FFFF 323B0-E0000 E0080-E00FF E01F0-EFFFF',
]

/** Drops the characters for which Go's unicode.IsPrint is false. */
export function dropUnprintable(text: string): string {
  return /^[ -~]*$/.test(text) ? text : text.replace((unprintable ??= compileUnprintable()), '')
}

let unprintable: RegExp | undefined

function compileUnprintable(): RegExp {
  const unassigned = UNASSIGNED.join(' ').replace(/\w+/g, '\\u{$&}').replaceAll(' ', '')
  return new RegExp(`[${unassigned}]|[^\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]`, 'gu')
}

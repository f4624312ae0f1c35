/** Timestamps as go-yaml knows them: it checks them where a tag says that there is one, and keeps their text. */

const DATE = /^(\d{4})-(\d\d?)-(\d\d?)/
const TIME =
  /^(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| (\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?)?$/

/** Says whether a text is a date, or a date and a time, as Go's `time.Parse` reads them. */
export function isTimestamp(text: string): boolean {
  const [date = '', year, month, day] = DATE.exec(text) ?? []
  const time = date === '' ? null : TIME.exec(text.slice(date.length))
  if (!time) return false
  // The day before the first of the next month; a year below 100 is one of the 20th century to Date.
  const last = new Date(Date.UTC(Number(year) + 400, Number(month), 0)).getUTCDate()
  const isDay = isWithin(month, 1, 12) && isWithin(day, 1, last)
  const [, hour = time[6], minute = time[7], second = time[8], zoneHours, zoneMinutes] = time
  return (
    isDay &&
    isWithin(hour, 0, 23) &&
    isWithin(minute, 0, 59) &&
    isWithin(second, 0, 59) &&
    isWithin(zoneHours, 0, 24) &&
    isWithin(zoneMinutes, 0, 60)
  )
}

function isWithin(digits = '', low: number, high: number): boolean {
  return digits === '' || (Number(digits) >= low && Number(digits) <= high)
}

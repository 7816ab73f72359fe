/** ISO wall times as numbers and back, by arithmetic: the pure layers have no `Date`. */

const MS_PER_DAY = 86_400_000;
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))$/;

/** `"2026-11-22T13:33:17.250Z"` → 1795354397250: ms since 1970 in UTC; undefined when it is no such text. */
export function epochMsOfIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const fractionMs = match[7] === undefined ? 0 : Math.floor(Number(`0.${match[7]}`) * 1000 + 1e-9);
  const offsetMinutes =
    match[8] === undefined ? 0 : Number(`${match[8]}1`) * (Number(match[9]) * 60 + Number(match[10]));
  const days = daysFromCivil(year!, month!, day!);
  return days * MS_PER_DAY + ((hour! * 60 + minute! - offsetMinutes) * 60 + second!) * 1000 + fractionMs;
}

/** `1795354397250` → `"2026-11-22T13:33:17.250Z"`, truncated to the ms; years 0 to 9999. */
export function isoOfEpochMs(epochMs: number): string {
  const ms = Math.floor(epochMs);
  return `${isoSecondsOfEpochMs(ms).slice(0, -1)}.${String(ms - Math.floor(ms / 1000) * 1000).padStart(3, "0")}Z`;
}

/** `1795354397250` → `"2026-11-22T13:33:17Z"`, truncated to the second. */
export function isoSecondsOfEpochMs(epochMs: number): string {
  const days = Math.floor(epochMs / MS_PER_DAY);
  const seconds = Math.floor((epochMs - days * MS_PER_DAY) / 1000);
  const [year, month, day] = civilFromDays(days);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits).join(":");
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}T${time}Z`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, chrono-Compatible Low-Level Date Algorithms). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of `daysFromCivil`, from the same source. */
function civilFromDays(days: number): readonly [number, number, number] {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

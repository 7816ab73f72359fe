const DAY_MS = 86_400_000;

/**
 * `2026-07-31T09:05:00.250Z` for ms since 1970 (0 … year 9999): the pure layers have no `Date`.
 * Days to civil date after Hinnant, "chrono-compatible low-level date algorithms" (`civil_from_days`).
 */
export function isoTime(wallMs: number): string {
  const wholeMs = Math.floor(wallMs);
  const dayNumber = Math.floor(wholeMs / DAY_MS);
  const inDayMs = wholeMs - dayNumber * DAY_MS;
  // The era's year begins in March, so that a leap day comes last.
  const shifted = dayNumber + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${timeOfDay(inDayMs)}Z`;
}

function timeOfDay(inDayMs: number): string {
  const hours = Math.floor(inDayMs / 3_600_000);
  const minutes = Math.floor(inDayMs / 60_000) % 60;
  const seconds = Math.floor(inDayMs / 1000) % 60;
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(inDayMs % 1000, 3)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

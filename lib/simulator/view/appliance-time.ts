/**
 * Returns a time as the appliance writes it, in UTC: `Tue Oct  6 12:51:41 2020`.
 *
 * @param ms milliseconds since the epoch
 */
export function applianceTime(ms: number): string {
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ') as [
    string,
    string,
    string,
    string,
    string,
  ];
  return `${day} ${month} ${String(Number(date)).padStart(2, ' ')} ${time} ${year}`;
}

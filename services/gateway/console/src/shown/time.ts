/** Everything happens in the county: times are shown as its clocks show them, wherever the reader is. */
const parts = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Shanghai",
  dateStyle: "short",
  timeStyle: "medium",
});

export function moment(time: string | null | undefined): string {
  if (!time) return "—";
  if (/^\d{4}-\d{2}-\d{2}$/.test(time)) return time;
  return parts.format(new Date(time));
}

export function today(): string {
  return parts.format(new Date()).slice(0, 10);
}

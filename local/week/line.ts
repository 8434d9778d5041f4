// The form of one line of the made-up week, and its clock: days 0 to 6 from Monday 2026-11-09, in São Paulo.

/** The Sunday that closes the week. */
export const sunday = "2026-11-15";

/** One line of an events file. */
export interface Line {
  readonly chain: string;
  readonly contract: string;
  readonly event: { readonly event_id: string; readonly event_type: string; readonly occurred_at: string } & Record<
    string,
    unknown
  >;
  readonly received_at?: string;
}

/** An instant of the week as a till writes it, with the offset of São Paulo; minutes may run over the hour. */
export const at = (day: number, hour: number, minute: number, second = 0, laterMinutes = 0): string => {
  const local = Date.UTC(2026, 10, 9 + day, hour, minute + laterMinutes, second);
  return new Date(local).toISOString().replace(".000Z", "-03:00");
};

// What every line needs and is the same for all is read once in a short while, and always says how old it is.

/** A value and the instant (epoch ms) at which its reading began. */
export type Reading<T> = { readonly value: T; readonly readAt: number };

/** A reader that answers from its last reading while that began at most `maximumAgeMs` ago. */
export function recent<T>(read: () => Promise<T>, maximumAgeMs: number, now: () => number): () => Promise<Reading<T>> {
  let last: { readonly readAt: number; readonly reading: Promise<Reading<T>> } | undefined;
  return () => {
    const readAt = now();
    const age = last ? readAt - last.readAt : Number.POSITIVE_INFINITY;
    if (!last || age < 0 || age > maximumAgeMs) {
      const started = { readAt, reading: read().then((value) => ({ value, readAt })) };
      last = started;
      // A failed reading answers only those who waited for it.
      started.reading.catch(() => {
        if (last === started) last = undefined;
      });
    }
    return last.reading;
  };
}

// What is due later on the played clock: it waits here until the clock gets there.

/** Acts that wait for their instant (epoch ms of the played clock). */
export interface Later {
  add(dueMs: number, act: () => Promise<unknown>): void;
  /** The next instant at which something is due. */
  nextDue(): number | undefined;
  /** Does what is due, one act after the other: the earlier instant first, then what was added first. */
  release(nowMs: number): Promise<void>;
  /** Forgets everything. */
  clear(): void;
}

export const createLater = (): Later => {
  let waiting: { readonly dueMs: number; readonly act: () => Promise<unknown> }[] = [];
  return {
    add: (dueMs, act) => {
      const place = waiting.findIndex((each) => each.dueMs > dueMs);
      waiting.splice(place < 0 ? waiting.length : place, 0, { dueMs, act });
    },
    nextDue: () => waiting[0]?.dueMs,
    release: async (nowMs) => {
      for (let [next] = waiting; next && next.dueMs <= nowMs; [next] = waiting) {
        waiting.shift();
        await next.act();
      }
    },
    clear: () => {
      waiting = [];
    },
  };
};

// So many at once: whoever comes later waits outside, in order.

/** Runs the work once there is room for it. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** A gate with room for so many. */
export function newGate(room: number): Gate {
  let free = room;
  const outside: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    // Whoever leaves hands the place on, so that nobody who comes meanwhile takes it.
    else await new Promise<void>((enter) => void outside.push(enter));
    try {
      return await work();
    } finally {
      const next = outside.shift();
      if (next) next();
      else free += 1;
    }
  };
}

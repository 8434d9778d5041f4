// The run's "now": it stands at the played instant until it is moved, or follows the machine once the night is over.

/** The played clock; instants are epoch ms. */
export interface PlayedClock {
  now(): number;
  /** Stands at `instant` from now on. */
  moveTo(instant: number): void;
  /** Follows the machine's own clock from now on. */
  follow(): void;
}

/** A clock that stands at `start`. */
export const createPlayedClock = (start: number): PlayedClock => {
  let stands: number | undefined = start;
  return {
    now: () => stands ?? Date.now(),
    moveTo: (instant) => {
      stands = instant;
    },
    follow: () => {
      stands = undefined;
    },
  };
};

// Plays the lines of an events file through the front, each at its own instant, and accounts for every one.
import { setTimeout as sleep } from "node:timers/promises";
import type { Batch } from "./events-file";
import type { PostAnswer } from "./post-client";
import { countAnswer, type Tally } from "./tally";

/** What the player needs of the run. */
export interface PlayPorts {
  /** Posts to a route of the ingestion API with the chain's write key. */
  post(chain: string, path: string, body: string): Promise<PostAnswer>;
  /** Moves the played clock (and the stand-ins that follow it) to `instant`. */
  moveTo(instant: number): Promise<void>;
  /** Told after each batch how many lines have been answered. */
  progress(lines: number): void;
}

// A client repeats a 503 a few times, then gives up; the waits are the real clock's.
const MAXIMUM_ATTEMPTS = 4;
const LONGEST_WAIT_MILLISECONDS = 2_000;

/** The route of a contract as a client writes it; half a surrogate pair has no UTF-8 and becomes U+FFFD. */
export const routeOf = (contract: string): string =>
  `/v1/events/${encodeURIComponent(contract.replace(/\p{Surrogate}/gu, "\uFFFD"))}`;

/** Posts every batch in turn and adds what became of its lines to `tally`. Throws when the front stays unavailable. */
export const play = async (batches: Iterable<Batch>, tally: Tally, ports: PlayPorts): Promise<void> => {
  for (const { chain, contract, instant, events } of batches) {
    await ports.moveTo(instant);
    let answer = await ports.post(chain, routeOf(contract), `[${events.join(",")}]`);
    for (let attempt = 1; answer.status === 503 && attempt < MAXIMUM_ATTEMPTS; attempt += 1) {
      await sleep(Math.min((answer.retryAfterSeconds ?? 1) * 1000, LONGEST_WAIT_MILLISECONDS));
      answer = await ports.post(chain, routeOf(contract), `[${events.join(",")}]`);
    }
    if (answer.status === 503)
      throw new Error(
        `the collector stayed unavailable (503) for ${events.length} events of ${contract} after ${MAXIMUM_ATTEMPTS} attempts; see logs/`,
      );
    countAnswer(tally, answer, events.length);
    ports.progress(events.length);
  }
};

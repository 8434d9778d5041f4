// Posts the events file through the front, the stand-ins following the played clock.

import { type EventsFile, playedBatches } from "../player/events-file";
import { play } from "../player/play";
import type { NightInstants } from "../player/played-instants";
import { createPostClient } from "../player/post-client";
import { emptyTally, LINE, type Tally } from "../player/tally";
import { createChains } from "./chains";
import type { PlayedClock } from "./played-clock";
import type { Stage } from "./progress";
import type { StandIns } from "./stand-ins";

/** Where events of which day go, and who watches. */
export interface PostingPorts {
  readonly standIns: StandIns;
  readonly clock: PlayedClock;
  readonly stage: Stage;
}

/** The value of a variable that some function of the stack has: names of tables live there. */
export const variableOf = (standIns: StandIns, name: string): string => {
  const value = standIns.platform.functions
    .map(({ environment }) => environment[name])
    .find((each) => each !== undefined);
  if (value === undefined) throw new Error(`no function of the stack has the variable ${name}`);
  return value;
};

/** What posting leaves behind. */
export interface Posted {
  readonly tally: Tally;
  /** The write key of each chain. */
  readonly writeKeys: ReadonlyMap<string, string>;
}

/** Plays every line that can be sent, then moves the clock to D 22:55 and flushes every stream. */
export const postEvents = async (events: EventsFile, night: NightInstants, ports: PostingPorts): Promise<Posted> => {
  const { standIns, clock, stage } = ports;
  const writeKeys = await createChains(standIns.clients.dynamodb, variableOf(standIns, "CLIENTS_TABLE"), events.chains);
  const tally = emptyTally();
  if (events.unusable > 0) tally.rejectedByCode.set(LINE, events.unusable);
  const client = createPostClient(standIns.ingestionPort);
  const prefix = `/${standIns.ingestionStage}`;
  let answered = events.unusable;
  const moveTo = async (instant: number) => {
    if (instant === clock.now()) return;
    clock.moveTo(instant);
    await standIns.firehose.advance(instant);
  };
  try {
    await play(playedBatches(events, night), tally, {
      post: (chain, path, body) => client.post(`${prefix}${path}`, writeKeys.get(chain) ?? "", body),
      moveTo,
      progress: (lines) => {
        answered += lines;
        stage.update(`${answered} of ${events.posted} (${Math.floor((100 * answered) / events.posted)} %)`);
      },
    });
  } finally {
    client.close();
  }
  clock.moveTo(night.lastPlayed);
  await standIns.firehose.flushAll(night.lastPlayed);
  return { tally, writeKeys };
};

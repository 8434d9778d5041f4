// A whole night in this process, of which the lake is damaged between collecting and the night.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { createProcesses } from "./night/processes";
import { createProgress } from "./night/progress";
import { playNight } from "./night/run-night";
import { fireSchedule } from "./night/sending-day";
import type { StandIns } from "./night/stand-ins";
import type { Workspace } from "./night/workspace";
import { nightInstants } from "./player/played-instants";
import type { Summary } from "./summary/numbers";

/** What becomes of an object's bytes, if anything. */
export type Damage = (key: string) => ((bytes: Buffer) => Buffer) | undefined;

/** What such a night leaves beside its out folder. */
export interface DamagedNight {
  readonly summary: Summary;
  /** The keys of the damaged objects. */
  readonly damaged: readonly string[];
  /** What the deadline guard's log says when its schedule fires on the morning after. */
  readonly saidAtDeadline: readonly unknown[];
}

const damageLake = async ({ clients, night }: StandIns, damage: Damage): Promise<readonly string[]> => {
  const { s3 } = clients;
  const damaged: string[] = [];
  const Bucket = night.inBucket;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: "data/" }))
    for (const { Key = "" } of Contents) {
      const harm = damage(Key);
      if (!harm) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: harm(bytes) }));
      damaged.push(Key);
    }
  return damaged;
};

const sayAtDeadline = async (
  standIns: StandIns,
  workspace: Workspace,
  instant: number,
): Promise<readonly unknown[]> => {
  const schedule = standIns.platform.schedules.find(({ functionName }) => functionName.endsWith("-deadline"));
  if (!schedule) throw new Error("the stack schedules no deadline");
  await fireSchedule(standIns, schedule, instant, () => undefined);
  return readFileSync(join(workspace.logs(), `${schedule.functionName}.log`), "utf8")
    .split("\n")
    .filter((line) => line.startsWith('{"message"'))
    .map((line) => JSON.parse(line));
};

/** Plays the events' night into the folder `out`, the objects of the lake damaged before it begins. */
export const playDamagedNight = async (events: string, out: string, damage: Damage): Promise<DamagedNight> => {
  const processes = createProcesses();
  const ends: (() => Promise<void> | void)[] = [() => processes.endAll()];
  let damaged: readonly string[] = [];
  try {
    const { summary, standIns, workspace } = await playNight(
      { events, out, keep: false, port: 0 },
      {
        processes,
        progress: createProgress(
          () => undefined,
          () => 0,
        ),
        onEnd: (end) => void ends.push(end),
        opened: (workspace) => void ends.unshift(() => workspace.close()),
        beforeNight: async (standIns) => {
          damaged = await damageLake(standIns, damage);
        },
      },
    );
    const morning = nightInstants(summary.business_date, standIns.night.timeZone)?.dispatchStarts ?? 0;
    const saidAtDeadline = await sayAtDeadline(standIns, workspace, morning);
    workspace.publish();
    return { summary, damaged, saidAtDeadline };
  } finally {
    for (const end of ends.reverse()) await end();
  }
};

// The decision, and the handler over EMR's own protocol.
import { DescribeClusterCommand, EMRClient, RunJobFlowCommand } from "@aws-sdk/client-emr";
import { type Moto, startMoto } from "../moto-fixture";
import { judgeCluster } from "./overdue";

const NOW = Date.parse("2026-11-23T10:00:01Z");
const tags = (environment: string, deadline?: string) =>
  new Map([
    ["environment", environment],
    ...(deadline === undefined ? [] : [["deadline", deadline] as const]),
  ] as const);

test.each([
  ["past its deadline", "dev", "2026-11-23T10:00:00Z", "terminate"],
  ["before its deadline", "dev", "2026-11-23T10:00:02Z", "leave"],
  ["of another environment", "prod", "2026-11-20T10:00:00Z", "not_ours"],
  ["with a deadline that is no time", "dev", "tomorrow", "no_deadline"],
  ["without a deadline", "dev", undefined, "no_deadline"],
] as const)("a cluster %s", (_what, environment, deadline, verdict) => {
  expect(judgeCluster({ id: "j-1", tags: tags(environment, deadline) }, "dev", NOW)).toBe(verdict);
});

describe("over EMR", () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
    process.env.ENVIRONMENT = "dev";
  });
  afterAll(() => moto.stop());

  test("ends what is overdue, a cluster with a hung step included, and leaves every other", async () => {
    const emr = new EMRClient({});
    const start = async (environment: string, deadline: string) => {
      const { JobFlowId } = await emr.send(
        new RunJobFlowCommand({
          Name: `mercafacil-${environment}-recommendations-2026-11-22`,
          ReleaseLabel: "emr-7.13.0",
          Instances: { MasterInstanceType: "m6g.xlarge", InstanceCount: 1, KeepJobFlowAliveWhenNoSteps: true },
          Tags: [...tags(environment, deadline)].map(([Key, Value]) => ({ Key, Value })),
        }),
      );
      return JobFlowId;
    };
    const past = new Date(Date.now() - 60_000).toISOString();
    const future = new Date(Date.now() + 3_600_000).toISOString();
    const [overdue, inTime, theirs] = [await start("dev", past), await start("dev", future), await start("prod", past)];
    const { handler } = jest.requireActual<typeof import("./handler")>("./handler");
    expect(await handler()).toEqual({ terminate: 1, leave: 1, not_ours: 1 });
    const state = async (ClusterId?: string) =>
      (await emr.send(new DescribeClusterCommand({ ClusterId }))).Cluster?.Status?.State;
    expect(await state(overdue)).toMatch(/^TERMINAT/);
    expect(await state(inTime)).not.toMatch(/^TERMINAT/);
    expect(await state(theirs)).not.toMatch(/^TERMINAT/);
    expect(await handler()).toEqual({ leave: 1, not_ours: 1 });
  });
});

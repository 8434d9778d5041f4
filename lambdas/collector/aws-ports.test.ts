import type { FirehoseClient } from "@aws-sdk/client-firehose";
import { once, putBatchOf } from "./aws-ports";
import { Hopeless } from "./put-records";
import { readSettings } from "./settings";

const { signal } = new AbortController();
const firehose = (send: () => Promise<unknown>) => ({ send }) as unknown as FirehoseClient;
const named = (name: string) => Object.assign(new Error("quotes a record"), { name });

describe("Firehose's answer", () => {
  it("counts a record as taken only when it gives its id and no error", async () => {
    const said = [
      { RecordId: "1" },
      { ErrorCode: "ServiceUnavailableException" },
      {},
      { RecordId: "4", ErrorCode: "x" },
    ];
    const failures: number[] = [];
    const put = putBatchOf(
      firehose(async () => ({ FailedPutCount: 3, RequestResponses: said })),
      "s",
      (_, __, failed) => {
        failures.push(failed);
      },
    );
    expect(await put(["a", "b", "c", "d", "e"], signal)).toEqual([true, false, false, false, false]);
    expect(failures).toEqual([4]);
  });

  it("that no retry mends is told apart from weather", async () => {
    const put = (name: string) =>
      putBatchOf(
        firehose(() => Promise.reject(named(name))),
        "s",
        () => {},
      )(["a"], signal);
    for (const name of ["ResourceNotFoundException", "AccessDeniedException"])
      await expect(put(name)).rejects.toThrow(Hopeless);
    for (const name of ["ServiceUnavailableException", "TimeoutError", "ECONNRESET"]) {
      await expect(put(name)).rejects.not.toThrow(Hopeless);
    }
  });
});

describe("what is fetched once a process", () => {
  it("is fetched again after a failure, and not after a success", async () => {
    let calls = 0;
    const fetch = once(async () => {
      if (++calls === 1) throw new Error("weather");
      return calls;
    });
    await expect(fetch(signal)).rejects.toThrow("weather");
    expect([await fetch(signal), await fetch(signal)]).toEqual([2, 2]);
  });
});

describe("the environment", () => {
  const variables = {
    STREAMS: '{"v1/purchase":"s"}',
    QUARANTINE_STREAM: "q",
    VAULT_TABLE: "v",
    TOKEN_SECRET_ARN: "t",
    SEAL_KEY_ARN: "k",
    TIME_ZONE: "America/Sao_Paulo",
    PARTITION_GRANULARITY: "hour",
  };
  const before = { ...process.env };
  beforeEach(() => void Object.assign(process.env, variables));
  afterAll(() => {
    process.env = before;
  });

  it("is whole, with a stream for each contract, or the first start fails by name", () => {
    expect(readSettings(["v1/purchase"]).streams.get("v1/purchase")).toBe("s");
    expect(() => readSettings(["v1/purchase", "v2/purchase"])).toThrow(/STREAMS names no stream for v2\/purchase/);
    for (const name of Object.keys(variables)) {
      Object.assign(process.env, variables);
      delete process.env[name];
      expect(() => readSettings(["v1/purchase"])).toThrow(new RegExp(name));
    }
    Object.assign(process.env, variables, { PARTITION_GRANULARITY: "week" });
    expect(() => readSettings(["v1/purchase"])).toThrow(/PARTITION_GRANULARITY/);
  });
});

import { errorFields, log } from "./log";

describe("a log line", () => {
  it("is one line of JSON on standard output", () => {
    const written: string[] = [];
    const spy = jest.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    log("collected", { accepted: 2, rejected: { SCHEMA: 1 } });
    spy.mockRestore();
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(written[0]!)).toEqual({ message: "collected", accepted: 2, rejected: { SCHEMA: 1 } });
  });

  it("tells an error by its name and status, never by its message, which may quote a phone", () => {
    const error = Object.assign(new Error("item +5511987654321 is bad"), {
      $metadata: { httpStatusCode: 400, requestId: "r" },
    });
    expect(errorFields(error)).toEqual({ error: "Error", status: 400, request_id: "r" });
    expect(errorFields("+5511987654321")).toEqual({ error: "string" });
  });
});

import { dueAt, GRACE_MS, matchClaim, type OpenClaim, type SentMessage, senderOfChain, stepAfter } from "./judge-claim";

const MINUTE = 60_000;
const WORKER = 5 * MINUTE;
const CLAIMED = Date.parse("2026-11-23T13:00:00.500Z");
const own = { sender: "+5511900000000", shared: false };

const claim: OpenClaim = {
  tenantId: "rede-azul",
  offerDate: "2026-11-23",
  shopperId: "a".repeat(64),
  state: "IN_DOUBT",
  attempt: 1,
  channel: "sms",
  phoneToken: "p",
  claimedAt: new Date(CLAIMED).toISOString(),
  firstClaimedMs: CLAIMED,
  updatedMs: CLAIMED + 10_000,
  textDigest: "text",
};
const message: SentMessage = {
  sid: "SM1",
  status: "delivered",
  code: null,
  senders: ["+5511900000000", "MG1"],
  createdMs: Date.parse("2026-11-23T13:00:00Z"),
  textDigest: "text",
};
const match = (sent: readonly SentMessage[], of: OpenClaim = claim, sender = own) =>
  matchClaim(of, sent, sender, WORKER).kind;

describe("a claim is looked up", () => {
  test("after a grace since Twilio gave no answer, or since its worker must be gone", () => {
    expect(dueAt(claim, WORKER)).toBe(claim.updatedMs + GRACE_MS);
    expect(dueAt({ ...claim, state: "CLAIMED", updatedMs: CLAIMED }, WORKER)).toBe(CLAIMED + WORKER + GRACE_MS);
  });

  test("again after as long", () => {
    const lookedMs = claim.updatedMs + 20 * MINUTE;
    expect(dueAt({ ...claim, lookedMs }, WORKER)).toBe(lookedMs + GRACE_MS);
  });
});

describe("among the messages of a phone, a claim's", () => {
  test("is the one with its text from its chain's sender, by whole seconds and two clocks", () => {
    expect(match([message])).toBe("found");
    expect(match([{ ...message, createdMs: CLAIMED - 50_000 }])).toBe("found");
    expect(match([message], claim, { sender: "MG1", shared: false })).toBe("found");
  });

  test.each<[string, Partial<SentMessage>]>([
    ["another sender's", { senders: ["+5511911111111"] }],
    ["yesterday's", { createdMs: CLAIMED - 24 * 60 * MINUTE }],
    ["one of long after the claim", { createdMs: CLAIMED + WORKER + GRACE_MS + 1_000 }],
    ["one with another text", { textDigest: "other" }],
  ])("is not %s", (_, change) => {
    expect(match([{ ...message, ...change }])).toBe("none");
    expect(match([{ ...message, sid: "SM2", ...change }, message])).toBe("found");
  });

  test("is unclear when two are alike", () => {
    expect(match([message, { ...message, sid: "SM2" }])).toBe("unclear");
  });

  test("is unclear, not missing, when a text is no longer in Twilio's log", () => {
    expect(match([{ ...message, textDigest: undefined }])).toBe("unclear");
  });

  test("may be the message of the first attempt when the line was claimed again", () => {
    const again = { ...claim, attempt: 2, claimedAt: new Date(CLAIMED + 60 * MINUTE).toISOString() };
    expect(match([message], again)).toBe("found");
    expect(match([message], { ...again, firstClaimedMs: CLAIMED + 60 * MINUTE })).toBe("none");
  });

  test("without a known text is the only one of a sender that no other chain has", () => {
    const { textDigest: _, ...untold } = claim;
    expect(match([message], untold)).toBe("found");
    expect(match([message, { ...message, sid: "SM2", textDigest: "other" }], untold)).toBe("unclear");
    expect(match([message], untold, { ...own, shared: true })).toBe("unclear");
    expect(match([], untold)).toBe("none");
  });
});

test("a chain shares its sender when it sends by that of all, or when another names the same", () => {
  const senders = new Map([
    ["rede-azul", "+1"],
    ["rede-verde", "+2"],
    ["rede-roxa", "+2"],
  ]);
  expect(senderOfChain(senders, "rede-azul")).toEqual({ sender: "+1", shared: false });
  expect(senderOfChain(senders, "rede-verde")).toEqual({ sender: "+2", shared: true });
  expect(senderOfChain(senders, "rede-nova")).toBeUndefined();
  expect(senderOfChain(new Map([...senders, ["*", "+3"]]), "rede-nova")).toEqual({ sender: "+3", shared: true });
});

describe("what follows", () => {
  const looked = { ...claim, lookedMs: CLAIMED + 20 * MINUTE };

  test("a message that is missing is looked for twice before anything ends", () => {
    expect(stepAfter(claim, { kind: "none" }, "hold")).toBe("note");
    expect(stepAfter(claim, { kind: "none" }, "resend")).toBe("note");
    expect(stepAfter(looked, { kind: "none" }, "hold")).toBe("hold");
  });

  test("only a first attempt is ever given back, and only where the environment says so", () => {
    expect(stepAfter(looked, { kind: "none" }, "resend")).toBe("reopen");
    expect(stepAfter({ ...looked, attempt: 2 }, { kind: "none" }, "resend")).toBe("hold");
  });

  test("what is unclear is neither ended nor sent again, whatever the environment says", () => {
    expect(stepAfter(looked, { kind: "unclear" }, "resend")).toBe("leave");
    expect(stepAfter(looked, { kind: "found", message }, "resend")).toBe("report");
  });
});

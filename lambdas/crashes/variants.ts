// Ways in which dispatch is often written, each with one of its promises left out: the enumeration must find every one
// of them, or it would prove nothing about the one that ships.
import type { LinePorts } from "../sender/send-line";
import type { MessageRequest } from "../sender/twilio-messages";
import { claimKey, phoneKey } from "../shared/claim-keys";
import type { Claim } from "../shared/ledger";
import { DATE, TENANT } from "./campaign";
import type { Variant } from "./played-day";

const CLAIM_AGE_MS = 5 * 60_000;

/** What ships. */
export const AS_SHIPPED: Variant = { name: "as shipped" };

const claimOfRequest = ({ statusCallback }: MessageRequest): string =>
  decodeURIComponent(statusCallback.slice(statusCallback.lastIndexOf("/") + 1));

const sendsBeforeClaim: Variant = {
  name: "sends before it claims",
  sender(ports) {
    const wanted = new Map<string, Claim>();
    const { ledger } = ports;
    const claim: LinePorts["ledger"]["claim"] = async (line) => {
      const phone = phoneKey(line.tenantId, line.offerDate, line.phoneToken);
      const found = await ledger.states([claimKey(line), phone]);
      if (found.size > 0) return found.has(claimKey(line)) ? "taken" : "same_phone";
      wanted.set(claimKey(line), line);
      return "claimed";
    };
    const twilio: LinePorts["twilio"] = async () => {
      const sendSms = await ports.twilio();
      return async (request) => {
        const outcome = await sendSms(request);
        await ledger.claim(wanted.get(claimOfRequest(request))!);
        return outcome;
      };
    };
    return { ...ports, ledger: { ...ledger, claim }, twilio };
  },
};

const claimsOverOthers: Variant = {
  name: "puts the line's claim without a condition",
  ledger: (ledger, { rows }) => ({
    ...ledger,
    async claim(claim) {
      const phone = phoneKey(claim.tenantId, claim.offerDate, claim.phoneToken);
      const owner = rows.get(phone)?.owner ?? claim.shopperId;
      if (owner !== claim.shopperId) return "same_phone";
      rows.set(claimKey(claim), { state: "CLAIMED", claimedAt: claim.claimedAt, phoneToken: claim.phoneToken });
      rows.set(phone, { owner });
      return "claimed";
    },
  }),
};

const ignoresPhones: Variant = {
  name: "puts the phone's claim without a condition",
  ledger: (ledger, { rows }) => ({
    ...ledger,
    claim(claim) {
      rows.delete(phoneKey(claim.tenantId, claim.offerDate, claim.phoneToken));
      return ledger.claim(claim);
    },
  }),
};

const takesOldClaims: Variant = {
  name: "takes over a claim that is five minutes old",
  ledger: (ledger, world) => {
    const isOld = (claim: string): boolean => {
      const { state, claimedAt = "" } = world.rows.get(claim) ?? {};
      return state === "CLAIMED" && world.now - Date.parse(claimedAt) > CLAIM_AGE_MS;
    };
    return {
      ...ledger,
      states: (claims) => ledger.states(claims.filter((claim) => !isOld(claim))),
      async claim(claim) {
        if (isOld(claimKey(claim))) {
          world.rows.delete(claimKey(claim));
          world.rows.delete(phoneKey(TENANT, DATE, claim.phoneToken));
        }
        return ledger.claim(claim);
      },
    };
  },
};

const retriesServerErrors: Variant = {
  name: "asks Twilio again after a 5xx or a timeout",
  sender: (ports) => ({
    ...ports,
    twilio: async () => {
      const sendSms = await ports.twilio();
      return async (request) => {
        const outcome = await sendSms(request);
        return outcome.kind === "in_doubt" ? sendSms(request) : outcome;
      };
    },
  }),
};

const opensDoubts: Variant = {
  name: "opens a line in doubt again",
  ledger: (ledger, { rows }) => ({
    ...ledger,
    async step(claim, to, facts, at) {
      if (to !== "IN_DOUBT") return ledger.step(claim, to, facts, at);
      const phoneToken = rows.get(claim)?.phoneToken ?? "";
      return rows.delete(claim) && rows.delete(phoneKey(TENANT, DATE, phoneToken));
    },
  }),
};

const startsLate: Variant = {
  name: "begins a shard one byte late",
  sender: (ports) => ({
    ...ports,
    linesOf: (shard, { start, end }) => ports.linesOf(shard, { start: start + 1, end }),
  }),
};

const appliesBackwards: Variant = {
  name: "applies a receipt to whatever state there is",
  ledger: (ledger, { rows }) => ({
    ...ledger,
    async step(claim, to) {
      const row = rows.get(claim);
      if (row?.state) row.state = to;
      return row?.state !== undefined;
    },
  }),
};

const expiresClaims: Variant = {
  name: "closes over a claim as if nobody had it",
  ledger: (ledger, { rows }) => ({
    ...ledger,
    async step(claim, to, facts, at) {
      const done = await ledger.step(claim, to, facts, at);
      if (done && to === "HELD") rows.set(claim, { state: "EXPIRED", reason: "window_closed" });
      return done;
    },
  }),
};

/** The variants, each with what the enumeration must find in it. */
export const PLANTED: readonly (readonly [finds: "duplicated" | "lost", Variant])[] = [
  ["duplicated", sendsBeforeClaim],
  ["duplicated", claimsOverOthers],
  ["duplicated", ignoresPhones],
  ["duplicated", takesOldClaims],
  ["duplicated", retriesServerErrors],
  ["duplicated", opensDoubts],
  ["lost", startsLate],
  ["lost", appliesBackwards],
  ["lost", expiresClaims],
];

// What a chain wants of its offers: values of the environment that the night's job reads as data, refused at synth when
// no night could keep them.
import { isWhole, type Rule } from "../shared/rules";

/** A chain's policy. */
export interface OfferPolicy {
  /** Offers a shopper gets at most. */
  readonly k: number;
  /** With fewer offers than this a shopper gets none, and no message. */
  readonly minimum: number;
  /** Skus that stand first in every shopper's offers while they are listed and in stock, in this order. */
  readonly fixed: readonly string[];
  /** What is never offered: single products, or whole departments as product events name them. */
  readonly excluded: readonly ({ readonly sku: string } | { readonly department: string })[];
  /** Offers of one department at most, while other departments have any. */
  readonly maxPerDepartment: number;
  /** Days without an event of a product after which it is not offered: no news of it is taken for its end. */
  readonly staleAfterDays: number;
}

/** Policies by chain: `*` stands for every other chain, and for what a chain's own policy does not say. */
export interface OfferPolicies {
  readonly "*": OfferPolicy;
  readonly [chain: string]: Partial<OfferPolicy>;
}

const CHAIN = /^[a-z0-9-]{1,32}$/;

/** The whole policy of each chain that has one of its own, and `*`. */
export function wholePolicies(policies: OfferPolicies): Readonly<Record<string, OfferPolicy>> {
  const base = policies["*"];
  return Object.fromEntries(Object.entries(policies).map(([chain, own]) => [chain, { ...base, ...own }]));
}

/** The policies as the night's configuration states them. */
export function policyDocument(policies: OfferPolicies): Record<string, unknown> {
  const document = (policy: OfferPolicy) => ({
    k: policy.k,
    minimum: policy.minimum,
    fixed: policy.fixed,
    excluded: policy.excluded,
    max_per_department: policy.maxPerDepartment,
    stale_after_days: policy.staleAfterDays,
  });
  return Object.fromEntries(
    Object.entries(wholePolicies(policies)).map(([chain, policy]) => [chain, document(policy)]),
  );
}

/** Whether all of some words are there to be read, and none comes twice. */
const areWords = (words: readonly string[]) =>
  words.every((word) => word.trim() !== "") && new Set(words).size === words.length;

const excludedSkus = ({ excluded }: OfferPolicy) => excluded.flatMap((it) => ("sku" in it ? [it.sku] : []));
const excludedDepartments = ({ excluded }: OfferPolicy) =>
  excluded.flatMap((it) => ("department" in it ? [it.department] : []));

interface PolicySubject {
  readonly night: { readonly offers: OfferPolicies };
}

/** A rule about each chain's whole policy; what it received is said by chain, of the chains that break it. */
function ofEach(
  rule: string,
  received: (policy: OfferPolicy) => unknown,
  holds: (policy: OfferPolicy) => boolean,
  remedy: string,
): Rule<PolicySubject> {
  const broken = ({ night }: PolicySubject) =>
    Object.entries(wholePolicies(night.offers)).filter(([, policy]) => !holds(policy));
  return {
    rule,
    received: (subject) => Object.fromEntries(broken(subject).map(([chain, policy]) => [chain, received(policy)])),
    holds: (subject) => broken(subject).length === 0,
    remedy,
  };
}

/** The rules of the chains' policies. */
export const OFFER_POLICY_RULES: readonly Rule<PolicySubject>[] = [
  {
    rule: "offers names chains as the collector knows them, or *",
    received: ({ night }) => Object.keys(night.offers),
    holds: ({ night }) => Object.keys(night.offers).every((chain) => chain === "*" || CHAIN.test(chain)),
    remedy: "write the chain's name in lower-case letters, digits and hyphens",
  },
  ofEach(
    "offers.k is a whole number from 1 to 20",
    ({ k }) => k,
    ({ k }) => isWhole(k, 1, 20),
    "take 5",
  ),
  ofEach(
    "offers.minimum is a whole number from 1 to k",
    ({ k, minimum }) => ({ k, minimum }),
    ({ k, minimum }) => !isWhole(k, 1, 20) || isWhole(minimum, 1, k),
    "take 3",
  ),
  ofEach(
    "offers.fixed holds fewer products than k, none twice",
    ({ k, fixed }) => ({ k, fixed }),
    ({ k, fixed }) => areWords(fixed) && (!isWhole(k, 1, 20) || fixed.length < k),
    "leave at least one place to what the shopper is offered for themselves",
  ),
  ofEach(
    "offers.excluded holds products and departments, none twice",
    ({ excluded }) => excluded,
    (policy) =>
      policy.excluded.every((it) => Object.keys(it).length === 1) &&
      areWords(excludedSkus(policy)) &&
      areWords(excludedDepartments(policy)),
    'write { sku: "…" } or { department: "…" }, once',
  ),
  ofEach(
    "no product is both fixed and excluded",
    (policy) => policy.fixed.filter((sku) => excludedSkus(policy).includes(sku)),
    (policy) => !policy.fixed.some((sku) => excludedSkus(policy).includes(sku)),
    "take it out of one of the two",
  ),
  ofEach(
    "offers.maxPerDepartment is a whole number from 1 to k",
    ({ k, maxPerDepartment }) => ({ k, maxPerDepartment }),
    ({ k, maxPerDepartment }) => !isWhole(k, 1, 20) || isWhole(maxPerDepartment, 1, k),
    "take 3 of 5, or k for no limit",
  ),
  ofEach(
    "offers.staleAfterDays is a whole number from 1 to 3,650",
    ({ staleAfterDays }) => staleAfterDays,
    ({ staleAfterDays }) => isWhole(staleAfterDays, 1, 3_650),
    "take 365, or a few days for a chain that tells of all its products every day",
  ),
];

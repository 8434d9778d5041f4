// What every chain's offers are composed by, unless the chain has a policy of its own; docs/models.md says what each
// value does.
import type { OfferPolicy } from "../modules/mwaa-orchestration/offer-policy";

/** The policy of every environment's chains. */
export const OFFER_POLICY: OfferPolicy = {
  k: 5,
  minimum: 3,
  fixed: [],
  excluded: [],
  // One department sells most of what a supermarket sells: without a limit it would fill most shoppers' offers.
  maxPerDepartment: 3,
  // Product events tell of changes, and a small chain may list its products once: a product that sells keeps its listing
  // without any further event. But hardly a price stays the same for a year.
  staleAfterDays: 365,
};

import { violations } from "../shared/rules";
import { OFFER_POLICY_RULES, type OfferPolicies, type OfferPolicy, policyDocument } from "./offer-policy";

const POLICY: OfferPolicy = {
  k: 5,
  minimum: 3,
  fixed: [],
  excluded: [],
  maxPerDepartment: 3,
  staleAfterDays: 365,
};

const broken = (offers: OfferPolicies): string[] => violations("night", { night: { offers } }, OFFER_POLICY_RULES);

test("a chain's own policy says only what differs", () => {
  const own = { fixed: ["789"], excluded: [{ sku: "1" }, { department: "tabaco" }], staleAfterDays: 7 };
  const policies: OfferPolicies = { "*": POLICY, "rede-norte": own };
  expect(broken(policies)).toEqual([]);
  const base = { k: 5, minimum: 3, max_per_department: 3 };
  expect(policyDocument(policies)).toEqual({
    "*": { ...base, fixed: [], excluded: [], stale_after_days: 365 },
    "rede-norte": { ...base, fixed: own.fixed, excluded: own.excluded, stale_after_days: 7 },
  });
});

test.each<[string, Partial<OfferPolicy>, string, string]>([
  ["no offer at all", { k: 0, minimum: 0, maxPerDepartment: 0 }, "offers.k", '{"rede-norte":0}'],
  ["21 offers", { k: 21 }, "offers.k", '{"rede-norte":21}'],
  ["a minimum over k", { minimum: 6 }, "offers.minimum", '{"rede-norte":{"k":5,"minimum":6}}'],
  ["a k under the default's minimum", { k: 2, maxPerDepartment: 1 }, "offers.minimum", '"k":2,"minimum":3'],
  ["nothing but fixed products", { fixed: ["1", "2", "3", "4", "5"] }, "offers.fixed", '["1","2","3","4","5"]'],
  ["a product fixed twice", { fixed: ["1", "1"] }, "offers.fixed", '["1","1"]'],
  ["a product without a sku", { fixed: [" "] }, "offers.fixed", '[" "]'],
  [
    "a product excluded twice",
    { excluded: [{ sku: "1" }, { sku: "1" }] },
    "offers.excluded",
    '[{"sku":"1"},{"sku":"1"}]',
  ],
  ["a department without a name", { excluded: [{ department: "" }] }, "offers.excluded", '[{"department":""}]'],
  ["both in one", { excluded: [{ sku: "1", department: "a" }] }, "offers.excluded", '[{"sku":"1","department":"a"}]'],
  ["neither", { excluded: [{} as { sku: string }] }, "offers.excluded", "[{}]"],
  ["what is fixed and excluded", { fixed: ["1"], excluded: [{ sku: "1" }] }, "both fixed and excluded", '["1"]'],
  ["no offer of any department", { maxPerDepartment: 0 }, "offers.maxPerDepartment", '"maxPerDepartment":0'],
  ["more of a department than offers", { maxPerDepartment: 6 }, "offers.maxPerDepartment", '"maxPerDepartment":6'],
  ["products stale at once", { staleAfterDays: 0 }, "offers.staleAfterDays", '{"rede-norte":0}'],
  ["a part of a day", { staleAfterDays: 0.5 }, "offers.staleAfterDays", '{"rede-norte":0.5}'],
])("%s is refused, by that rule alone, with the chain and the value", (_, own, rule, received) => {
  const found = broken({ "*": POLICY, "rede-norte": own });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(rule);
  expect(found[0]).toContain(received);
});

test("a chain that the collector could not know is refused", () => {
  expect(broken({ "*": POLICY, "Rede Norte": {} })[0]).toContain('received ["*","Rede Norte"]');
});

// What other teams import: subpath of the package by the source that it leads to.

/** The modules, each with the construct that its file exports. */
export const MODULES = {
  lake: { source: "modules/lake/lake", construct: "Lake" },
  ingestion: { source: "modules/ingestion/ingestion", construct: "Ingestion" },
  "mwaa-orchestration": { source: "modules/mwaa-orchestration/mwaa-orchestration", construct: "MwaaOrchestration" },
  dispatch: { source: "modules/dispatch/dispatch", construct: "Dispatch" },
  "observability/alarm-topic": { source: "modules/observability/alarm-topic", construct: "AlarmTopic" },
  "observability/budget": { source: "modules/observability/budget", construct: "Budget" },
  "observability/dashboard": { source: "modules/observability/dashboard", construct: "Dashboard" },
};

/** What a caller of the modules needs beside them. */
const BESIDE = {
  contracts: "contracts/shipped-contracts",
  "contracts/contract": "contracts/contract",
  "data-key": "modules/shared/data-key",
  grants: "modules/shared/grants",
  holidays: "environments/holidays",
  platform: "modules/shared/platform",
  "sms-templates": "environments/sms-templates",
};

/** Every subpath and its source, without an ending. */
export const ENTRIES = {
  ...Object.fromEntries(Object.entries(MODULES).map(([subpath, { source }]) => [subpath, source])),
  ...BESIDE,
};

// Proves permissions by taking each one out: without it, the scenario of its part must fail.
import { messageOf } from "../night/night-error";
import type { Stage } from "../stage/stage";
import { type Permission, partOf, permissionsOf, withoutPermission } from "./permission";
import type { Scenario } from "./scenario";

/** A permission and what taking it out did. */
export interface Proof extends Permission {
  /** The end of the role's name. */
  readonly part: string;
  /** The scenario that failed without it, and how; undefined when nothing failed or nothing was tried. */
  readonly failed?: { readonly scenario: string; readonly why: string };
}

// Those that name the action first, then those for all actions.
const scenariosFor = (permission: Permission, scenarios: readonly Scenario[]): readonly Scenario[] => {
  const own = scenarios.filter(({ role }) => role === partOf(permission.role));
  return [
    ...own.filter(({ actions }) => actions?.includes(permission.action)),
    ...own.filter(({ actions }) => actions === undefined),
  ];
};

const attempt = async (stage: Stage, scenario: Scenario): Promise<string | undefined> => {
  // What a process remembers it does not ask for again, and what a failed round left behind is nobody's.
  const { functions, platform } = stage.standIns;
  const own = platform.functions.find(({ role }) => partOf(role) === scenario.role);
  if (own) await functions.rest(own.name);
  await stage.emptyQueues();
  try {
    await scenario.run(stage);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
};

const mustSucceed = async (stage: Stage, scenarios: readonly Scenario[]): Promise<void> => {
  const { access, platform } = stage.standIns;
  await access.learn(platform.access);
  for (const scenario of scenarios) {
    const failure = await attempt(stage, scenario);
    if (failure === undefined) continue;
    throw new Error(`${scenario.role} fails with all its permissions: ${scenario.name}: ${failure}`);
  }
};

/** A scenario that fails because the permission is missing: the action itself was refused. */
const failureWithout = async (
  stage: Stage,
  permission: Permission,
  scenario: Scenario,
): Promise<string | undefined> => {
  const { access, platform } = stage.standIns;
  await access.learn(withoutPermission(platform.access, permission));
  const why = await attempt(stage, scenario);
  const refused = await access.refused();
  const isRefused = refused.some(([role, action]) => role === permission.role && action === permission.action);
  return isRefused ? why : undefined;
};

/**
 * Runs every scenario of a part as it is, then once for each of the part's permissions without it, then once more as it
 * is: a round that left something behind would show there.
 */
export const provePart = async (
  stage: Stage,
  part: string,
  scenarios: readonly Scenario[],
): Promise<readonly Proof[]> => {
  const own = scenarios.filter(({ role }) => role === part);
  await mustSucceed(stage, own);
  const proofs: Proof[] = [];
  for (const permission of permissionsOf(stage.standIns.platform.access).filter(({ role }) => partOf(role) === part)) {
    let failed: Proof["failed"];
    for (const scenario of scenariosFor(permission, scenarios)) {
      const why = failed ? undefined : await failureWithout(stage, permission, scenario);
      if (why !== undefined) failed = { scenario: scenario.name, why };
    }
    proofs.push({ ...permission, part, ...(failed && { failed }) });
  }
  await mustSucceed(stage, own);
  return proofs;
};

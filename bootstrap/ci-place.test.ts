// Workflows take the roles that the bootstrap makes, in the accounts that the environments name.
import { App, Testing } from "cdktf";
import { ENVIRONMENTS } from "../environments/all";
import { synthesized } from "../modules/shared/synth-fixture";
import { accountsOf, BootstrapStack } from "./bootstrap-stack";
import { ciPlace, placeLines } from "./ci-place";

const deployed = ENVIRONMENTS.filter(({ state }) => state.kind === "s3");

test("an environment's lines name region, roles and how long a deploy may take", () => {
  expect(placeLines(ENVIRONMENTS, ["prod"])).toEqual([
    "region=sa-east-1",
    "plan_role=arn:aws:iam::777788889999:role/ci/mercafacil-prod-plan",
    "deploy_role=arn:aws:iam::777788889999:role/ci/mercafacil-prod-deploy",
    "deploy_seconds=10800",
  ]);
});

test("they are the roles that the bootstrap of the account makes, and a deploy may hold its role that long", () => {
  for (const account of accountsOf(ENVIRONMENTS)) {
    const roles = synthesized(JSON.parse(Testing.synth(new BootstrapStack(new App(), account)))).all("aws_iam_role");
    const sessions = new Map(
      roles.map(({ name, path, max_session_duration: seconds }) => [
        `arn:aws:iam::${account.id}:role${path}${name}`,
        seconds,
      ]),
    );
    for (const { name } of account.environments) {
      const place = ciPlace(deployed.find((environment) => environment.name === name)!);
      expect([...sessions.keys()]).toEqual(expect.arrayContaining([place.plan_role, place.deploy_role]));
      expect(String(sessions.get(place.deploy_role))).toBe(place.deploy_seconds);
    }
  }
  expect(deployed.map(({ name }) => name)).toEqual(["dev", "staging", "prod"]);
});

test.each([[[]], [["dev", "prod"]], [["local"]], [["qa"]]])("%j is refused", (names) => {
  expect(() => placeLines(ENVIRONMENTS, names)).toThrow(/^Refused, nothing was written: received /);
});

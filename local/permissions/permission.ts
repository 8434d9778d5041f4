// One permission is one action of one statement of one role: the smallest thing that can be taken out of a policy.
import type { AccessDefinition } from "../loader/platform";

/** One action of one statement; `statement` counts from 0 within the role. */
export interface Permission {
  readonly role: string;
  readonly statement: number;
  readonly action: string;
  readonly resources: readonly string[];
  /** The statement's conditions, as JSON. */
  readonly conditions: string;
}

/** The end of a role's name, after the platform's and the environment's. */
export const partOf = (role: string): string => role.split("-").slice(2).join("-");

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Every permission of every role, in the order of the policies. */
export const permissionsOf = ({ roles }: AccessDefinition): readonly Permission[] =>
  Object.entries(roles).flatMap(([role, statements]) =>
    statements.flatMap(({ actions, resources, condition }, statement) =>
      texts(actions).map((action) => ({
        role,
        statement,
        action,
        resources: texts(resources),
        conditions: JSON.stringify(condition ?? []),
      })),
    ),
  );

/** The same roles with that one permission taken out. */
export const withoutPermission = (
  access: AccessDefinition,
  { role, statement, action }: Permission,
): AccessDefinition => ({
  ...access,
  roles: {
    ...access.roles,
    [role]: (access.roles[role] ?? []).map((each, index) =>
      index === statement ? { ...each, actions: texts(each.actions).filter((one) => one !== action) } : each,
    ),
  },
});

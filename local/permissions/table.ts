// The table of permissions, for people.

/** One permission and what is known of it. */
export interface Row {
  /** The end of the role's name. */
  readonly part: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** The scenario that fails without it. */
  readonly by?: string;
  /** Why it is there although no run exercises it. */
  readonly unproven?: string;
}

const SHOWN_RESOURCES = 2;

// AWS's own services take these roles, and ask for what no run here can see.
const OF_SERVICES = ["airflow", "delivery", "emr"];

// The end of an ARN says which one it is.
const short = (arn: string): string => arn.split(":").slice(5).join(":").replaceAll("mercafacil-local-", "") || arn;

const stateOf = ({ by, unproven }: Row): string => {
  if (by !== undefined)
    return unproven === undefined ? `exercised: ${by}` : `EXERCISED, though listed as not proven: ${by}`;
  return unproven === undefined ? "NOT NEEDED by any run" : `not proven: ${unproven}`;
};

const resourcesOf = ({ resources }: Row): string => {
  const more = resources.length - SHOWN_RESOURCES;
  return [...resources.slice(0, SHOWN_RESOURCES).map(short), ...(more > 0 ? [`${more} more`] : [])].join(", ");
};

/** Lines of aligned columns (role, action, resources, state), and a line of sums. */
export const permissionTable = (rows: readonly Row[]): string => {
  const cells = rows.map((row) => [row.part, row.action, resourcesOf(row), stateOf(row)]);
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((cell) => cell[column]?.length ?? 0)));
  const lines = cells.map((cell) =>
    cell
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const exercised = rows.filter(({ by }) => by !== undefined).length;
  const unproven = rows.filter(({ by, unproven: why }) => by === undefined && why !== undefined).length;
  const idle = rows.length - exercised - unproven;
  const own = rows.filter(({ part }) => !OF_SERVICES.includes(part));
  const ownExercised = own.filter(({ by }) => by !== undefined).length;
  return [
    ...lines,
    "",
    `${rows.length} permissions: ${exercised} exercised, ${unproven} not proven, ${idle} not needed`,
    `${own.length} of functions, schedules and the Spark job: ${ownExercised} exercised`,
  ].join("\n");
};

// Finds the route of a raw path; nothing is normalised, so that `..`, `%2F` and the like reach the function as sent.
import type { Route } from "../loader/platform";

/** A route and the raw (still encoded) values of its path parameters. */
export interface RouteMatch {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

const parameterName = (part: string): string | undefined => /^\{([^{}+]+)\}$/.exec(part)?.[1];

const matchPath = (template: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const parts = template.split("/");
  if (parts.length !== segments.length) return undefined;
  const parameters: [string, string][] = [];
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? "";
    const name = parameterName(part);
    if (name === undefined ? part !== segment : segment === "") return undefined;
    if (name !== undefined) parameters.push([name, segment]);
  }
  return Object.fromEntries(parameters);
};

const variables = (route: Route): number => route.path.split("/").filter(parameterName).length;

/** The route for `method` and the raw `path` below the stage; a literal part is preferred to a variable one. */
export const matchRoute = (routes: readonly Route[], method: string, path: string): RouteMatch | undefined => {
  const segments = path.split("/");
  return routes
    .filter((route) => route.method === "ANY" || route.method === method)
    .map((route) => ({ route, parameters: matchPath(route.path, segments) }))
    .filter((match): match is RouteMatch => match.parameters !== undefined)
    .sort((one, other) => variables(one.route) - variables(other.route))[0];
};

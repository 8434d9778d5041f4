// The environments of the platform, in the order in which a change reaches them.
import { dev } from "./dev";
import type { Environment } from "./environment";
import { local } from "./local";
import { prod } from "./prod";
import { staging } from "./staging";

export const ENVIRONMENTS: readonly Environment[] = [local, dev, staging, prod];

// Airflow's own command line, reached through MWAA: a token of one minute, one command in, its two outputs back.
import {
  CreateCliTokenCommand,
  type EnvironmentStatus,
  GetEnvironmentCommand,
  type MWAAClient,
} from "@aws-sdk/client-mwaa";

/** Airflow, as a night is started and watched. */
export interface AirflowCli {
  /** The state of the environment, such as `AVAILABLE`. */
  readonly status: () => Promise<EnvironmentStatus | undefined>;
  /** Runs `airflow <command>`; its standard output. Throws CommandFailed when Airflow refuses it. */
  readonly run: (command: string) => Promise<string>;
}

/** Airflow took the command and refused it; the message is its last line of standard error. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

// A command loads Airflow's whole program first.
const COMMAND_TIMEOUT_MS = 120_000;

const decoded = (answer: unknown, name: "stdout" | "stderr"): string => {
  const value = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : "";
};

const lastLine = (output: string): string => output.trim().split("\n").at(-1)?.trim() ?? "";

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return String((cause as { code?: string } | undefined)?.code ?? (error instanceof Error ? error.name : error));
};

/**
 * The command line of an MWAA environment. `webServer` makes the web server's address of its host name.
 * The web server is private: from outside of its network the connection fails, and the error says so.
 */
export function mwaaCli(
  mwaa: MWAAClient,
  environment: string,
  webServer = (hostname: string) => `https://${hostname}`,
): AirflowCli {
  return {
    async status() {
      const { Environment } = await mwaa.send(new GetEnvironmentCommand({ Name: environment }));
      return Environment?.Status;
    },

    async run(command) {
      const { CliToken, WebServerHostname } = await mwaa.send(new CreateCliTokenCommand({ Name: environment }));
      if (!CliToken || !WebServerHostname) throw new Error(`MWAA gave no token for ${environment}.`);
      let response: Response;
      try {
        response = await fetch(`${webServer(WebServerHostname)}/aws_mwaa/cli`, {
          method: "POST",
          headers: { authorization: `Bearer ${CliToken}`, "content-type": "text/plain" },
          body: command,
          signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
        });
      } catch (error) {
        throw new Error(
          `Airflow's web server of ${environment} did not answer (${reasonOf(error)}): it is reached from inside its network only.`,
          { cause: error },
        );
      }
      const body = await response.text();
      let answer: unknown;
      try {
        answer = JSON.parse(body);
      } catch {
        throw new Error(`Airflow's web server of ${environment} answered ${response.status} without a result.`);
      }
      if (!response.ok) throw new CommandFailed(lastLine(decoded(answer, "stderr")) || `status ${response.status}`);
      return decoded(answer, "stdout");
    },
  };
}

/** The JSON array that a command prints with `--output json`; warnings may stand before it. */
export function readRows(output: string): readonly Record<string, unknown>[] {
  const lines = output.split("\n");
  for (let start = lines.length - 1; start >= 0; start -= 1) {
    if (!lines[start]?.startsWith("[")) continue;
    try {
      const rows: unknown = JSON.parse(lines.slice(start).join("\n"));
      if (Array.isArray(rows)) return rows;
    } catch {}
  }
  throw new Error(`Airflow printed no JSON: ${lastLine(output)}`);
}

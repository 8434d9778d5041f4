import { get } from "node:http";
import { errorSentence } from "./error-sentence";

/** A port that nobody listens on, and that fetch does not refuse by itself. */
const PORT = 2;

const thrownBy = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

test.each([
  // The AWS SDK throws what Node's own client gives it.
  ["Node's own client", (endpoint: string) => new Promise((resolve) => get(endpoint).on("error", resolve))],
  ["fetch", (endpoint: string) => thrownBy(() => fetch(endpoint))],
])("a connection that %s could not make is told with its place", async (_who, failed) => {
  // A name of two addresses is tried at both, and neither error has words of its own.
  const sentence = errorSentence(await failed(`http://localhost:${PORT}`));
  expect(sentence).toMatch(
    new RegExp(
      `^Nobody answers at \\S+:${PORT} \\(ECONNREFUSED\\): is the endpoint right, and what it belongs to running\\?$`,
    ),
  );
});

test("any other error has its own sentence", () => {
  expect(errorSentence(new Error("There is no chain x."))).toBe("There is no chain x.");
  expect(errorSentence("x")).toBe("x");
  expect(errorSentence(undefined)).toBe("undefined");
  const loop = new Error("round");
  loop.cause = loop;
  expect(errorSentence(loop)).toBe("round");
});

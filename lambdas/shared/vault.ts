// The only store of phones, names and consent. A person is found under any of their tokens, and what was said under one
// counts for all: whichever of the CPF and the loyalty number came first.
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { CHANNELS, type Channel } from "./channels";
import { type FactContent, factItem, factOf, newerCondition, newest, personKey, type VaultFact } from "./vault-facts";

/** What a message needs to know of a shopper. */
export type Person = {
  /** E.164; absent when the chain never gave one. */
  readonly phone?: string;
  readonly phoneToken?: string;
  /** True only when the newest decision about the channel is a grant. */
  readonly consents: Readonly<Record<Channel, boolean>>;
};

/** Folds every fact of one person, under whichever token it was written, to what holds now. */
export function foldPerson(facts: readonly VaultFact[]): Person {
  const phone = newestOf(facts, ({ kind }) => kind === "phone")?.content;
  const consents = CHANNELS.map((channel) => {
    const decision = newestOf(facts, (fact) => fact.kind === "consent" && [channel, "all"].includes(fact.channel));
    return [channel, decision?.content.kind === "consent" && decision.content.granted] as const;
  });
  return {
    ...(phone?.kind === "phone" ? { phone: phone.phone, phoneToken: phone.phoneToken } : {}),
    consents: Object.fromEntries(consents) as Record<Channel, boolean>,
  };
}

/** Reads the rows of a token; the vault as `readPerson` needs it. */
export type FactReader = (token: string) => Promise<readonly VaultFact[]>;

/**
 * Every fact of the person whom `token` names: the CPF's own and those of every loyalty number it was ever given with, so
 * that a revocation counts under whichever it was said. A loyalty number stands for the CPF of its newest event with both.
 */
export async function factsOfPerson(read: FactReader, token: string): Promise<readonly VaultFact[]> {
  const own = await read(token);
  const cpf = aliasOf(own, "cpf") ?? token;
  const facts = cpf === token ? own : await read(cpf);
  const numbers = facts.flatMap(({ content }) =>
    content.kind === "alias" && content.otherKind === "loyalty" && content.other !== token ? [content.other] : [],
  );
  const others = await Promise.all(numbers.map(read));
  return [facts, cpf === token ? [] : own, ...others].flat();
}

/** What is known of a shopper at this moment (consistent reads). Throws what DynamoDB throws. */
export async function readPerson(
  client: DynamoDBClient,
  table: string,
  tenantId: string,
  token: string,
): Promise<Person> {
  return foldPerson(await factsOfPerson((each) => readFacts(client, table, personKey(tenantId, each)), token));
}

/** Writes the fact unless a newer one is there: both are success. Throws what DynamoDB throws otherwise. */
export async function writeFact(
  client: DynamoDBClient,
  table: string,
  fact: VaultFact,
  signal?: AbortSignal,
): Promise<void> {
  const put = new PutItemCommand({ TableName: table, Item: factItem(fact), ...newerCondition(fact) });
  try {
    await client.send(put, { abortSignal: signal });
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function readFacts(client: DynamoDBClient, table: string, person: string): Promise<VaultFact[]> {
  const facts: VaultFact[] = [];
  let start: QueryCommand["input"]["ExclusiveStartKey"];
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "person = :person",
        ExpressionAttributeValues: { ":person": { S: person } },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    for (const item of page.Items ?? []) {
      const fact = factOf(item);
      if (fact) facts.push(fact);
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return facts;
}

function newestOf(facts: readonly VaultFact[], of: (content: FactContent) => boolean): VaultFact | undefined {
  return newest(facts.filter(({ content }) => of(content)));
}

function aliasOf(facts: readonly VaultFact[], kind: "cpf" | "loyalty"): string | undefined {
  const alias = newestOf(facts, (content) => content.kind === "alias" && content.otherKind === kind)?.content;
  return alias?.kind === "alias" ? alias.other : undefined;
}

// An event that was answered `accepted` is on its way into the lake, under its contract, its chain and its own time.
// What was rejected is kept sealed. A new contract is one new file: it brings its own stream and table.
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { type Contract, scopeName, tableName } from "../../contracts/contract";
import type { Catalog, LakeBuckets, NamedArn } from "../lake/lake";
import type { ApiDomain } from "../shared/api-domain";
import { DataKey, type KeyRef } from "../shared/data-key";
import { type Disposal, turnKeys } from "../shared/disposal";
import { onlyEncrypted } from "../shared/encrypted";
import { NodeFunction } from "../shared/function";
import { type Grant, type SecretRef, secretGrant, type TableRef, tableGrant } from "../shared/grants";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";
import { refuseWhatAwsRefuses } from "../shared/refuse-at-aws";
import { RestApi } from "../shared/rest-api";
import { EmptySecret } from "../shared/secret";
import { Table } from "../shared/table";
import { Delivery } from "./delivery";
import { firewall } from "./firewall";
import { watchIngestion } from "./ingestion-watch";
import { SealingKey } from "./sealing-key";
import { planStream, type StreamSettings } from "./stream-plan";
import { TIERS, usagePlans } from "./usage-plans";

// How long API Gateway may believe an authorizer: a revoked key is refused at the latest after this.
const AUTHORIZER_CACHE_SECONDS = 300;

// API Gateway waits 29 seconds; the collector answers 503 before that.
const COLLECTOR_TIMEOUT_SECONDS = 29;
const AUTHORIZER_TIMEOUT_SECONDS = 5;

// What all chains together may send, as so many of the largest tier at once; within AWS's 10,000 requests a second.
const LARGE_CHAINS = 10;

export interface IngestionProps {
  readonly platform: Platform;
  /** The event contracts, one stream each. */
  readonly contracts: readonly Contract[];
  /** Buffering and partitioning of the streams. */
  readonly streams: StreamSettings;
  /** Where events go and the tables they follow. */
  readonly lake: { readonly buckets: Pick<LakeBuckets, "in">; readonly catalog: Catalog };
  /** The API's own host name; without one it has AWS's. */
  readonly domain?: ApiDomain;
  /** Whether tables, secret and key go with the stack; only a disposable environment may say so. */
  readonly destroyData: boolean;
}

/** What is known about shoppers and the chains that may write about them. */
export interface Shoppers {
  /** Phones, names and consents by chain and token. */
  readonly vault: TableRef;
  /** Chains and the hashes of their write keys. */
  readonly clients: TableRef;
  /** The secret that tokens are made with. */
  readonly tokenSecret: SecretRef;
}

/** The API, its authorizer and collector, and the streams behind them. */
export class Ingestion extends Construct {
  /** The key that what is known about people lies under. */
  readonly key: KeyRef;
  readonly shoppers: Shoppers;
  /** URL of the API's stage, without a trailing slash. */
  readonly url: string;
  /** What the dashboard shows of ingestion. */
  readonly panels: readonly Panel[];

  constructor(scope: Construct, id: string, given: IngestionProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    const props = onlyEncrypted(this, given);
    const disposal = turnKeys(this, props.platform, props.destroyData);
    const { platform } = props;
    this.key = new DataKey(this, { platform, key: "shoppers", description: "phones, consents and chains", disposal });
    this.shoppers = this.knowShoppers(platform, this.key, disposal);
    const streams = this.streams(props);
    const seal = new SealingKey(this, "sealing-key", platform.prefix, disposal).sealGrant("SEAL_KEY_ARN");
    const authorizer = this.authorizer(props);
    const collector = this.collector(props, [writeGrant(streams), seal]);
    const api = this.serve(props, authorizer, collector);
    this.url = api.url;
    this.panels = watchIngestion(this, {
      platform,
      api,
      functions: { authorizer, collector },
      streams: Object.fromEntries([...streams.events].map(([contract, { name }]) => [tableName(contract), name])),
      quarantine: streams.quarantine.name,
      bufferSeconds: props.streams.bufferSeconds,
    });
  }

  private knowShoppers({ prefix }: Platform, key: KeyRef, disposal: Disposal): Shoppers {
    return {
      vault: new Table(this, { prefix, table: "vault", partitionKey: "person", sortKey: "fact", key, disposal }),
      clients: new Table(this, { prefix, table: "clients", partitionKey: "pk", key, disposal }),
      tokenSecret: new EmptySecret(this, {
        prefix,
        secret: "tokens",
        description: 'Key of the tokens that stand for people: {"token_key": "<32 bytes, base64>"}',
        key,
        disposal,
      }),
    };
  }

  /** One stream a contract and one for what is rejected. */
  private streams({ platform, lake, contracts, streams: settings }: IngestionProps): Streams {
    const delivery = new Delivery(this, "delivery", { platform, lake });
    const plan = (contract: Contract) => planStream(contract, platform.prefix, platform.timeZone, settings);
    return {
      events: new Map(contracts.map((contract) => [contract, delivery.events(plan(contract))])),
      quarantine: delivery.quarantine(settings.bufferSeconds),
    };
  }

  private authorizer({ platform }: IngestionProps): NodeFunction {
    return new NodeFunction(this, {
      prefix: platform.prefix,
      handler: "authorizer",
      timeoutSeconds: AUTHORIZER_TIMEOUT_SECONDS,
      memoryMebibytes: 256,
      key: this.key,
      logRetentionDays: platform.logRetentionDays,
      grants: [tableGrant("CLIENTS_TABLE", this.shoppers.clients, ["GetItem"])],
    });
  }

  private collector({ platform, streams }: IngestionProps, grants: readonly Grant[]): NodeFunction {
    return new NodeFunction(this, {
      prefix: platform.prefix,
      handler: "collector",
      timeoutSeconds: COLLECTOR_TIMEOUT_SECONDS,
      memoryMebibytes: 1024,
      key: this.key,
      logRetentionDays: platform.logRetentionDays,
      settings: { TIME_ZONE: platform.timeZone, PARTITION_GRANULARITY: streams.partitionGranularity },
      grants: [
        ...grants,
        tableGrant("VAULT_TABLE", this.shoppers.vault, ["PutItem"]),
        secretGrant("TOKEN_SECRET_ARN", this.shoppers.tokenSecret),
      ],
    });
  }

  /** The API with its tiers, behind its firewall. */
  private serve({ platform, domain }: IngestionProps, authorizer: NodeFunction, collector: NodeFunction): RestApi {
    const { requestsPerSecond, burst } = TIERS.large;
    const api = new RestApi(this, "api", {
      platform,
      name: "events",
      key: this.key,
      description: "Events of the chains' stores",
      routes: [{ method: "POST", path: ["{version}", "events", "{contract}"], target: collector }],
      authorizer: { target: authorizer, cacheSeconds: AUTHORIZER_CACHE_SECONDS },
      throttle: { requestsPerSecond: LARGE_CHAINS * requestsPerSecond, burst: LARGE_CHAINS * burst },
      domain,
    });
    usagePlans(this, platform.prefix, api);
    firewall(this, platform, api, this.key);
    return api;
  }
}

/** The streams by contract, and the one of rejected events. */
interface Streams {
  readonly events: ReadonlyMap<Contract, NamedArn>;
  readonly quarantine: NamedArn;
}

/** Writing to the streams, which the collector finds by the contract's scope. */
function writeGrant({ events, quarantine }: Streams): Grant {
  const routes = [...events].map(([contract, { name }]) => [scopeName(contract), name] as const);
  const resources = [...events.values(), quarantine].map(({ arn }) => arn);
  return {
    environment: { STREAMS: Fn.jsonencode(Object.fromEntries(routes)), QUARANTINE_STREAM: quarantine.name },
    permissions: [{ actions: ["firehose:PutRecordBatch"], resources }],
  };
}

// The one list of what the local runtime does with each attribute of the synthesized stack: `obeyed` (a test changes
// it and sees another outcome) or `ignored` with its reason. Whatever is in neither is refused by name, all at once:
// a silent difference from AWS is worse than none.
import { catalogTableAttributes, deliveryStreamAttributes, type Treatment } from "../firehose/attributes";
import type { AttributeTable } from "./attribute-check";

const encryption = "at rest, the stand-ins keep everything in memory: nothing that data passes can see it";
const permission =
  "who may touch a resource by its own policy is checked on the synthesized JSON; here, what a role may do decides";
const deletion = "nothing is destroyed by Terraform here: each night starts with empty stand-ins";
const capacity = "this machine's own capacity bounds a local night";
const network = "everything talks on loopback";
const watching = "people watch with it; no part that data passes reads it";
const wording = "text for people, read by no part that data passes";

// The Firehose stand-in keeps the part of this list that is its own beside the code that obeys it.
const tableOf = (treatments: Readonly<Record<string, Treatment>>): AttributeTable => ({
  obeyed: Object.keys(treatments).filter((path) => treatments[path] === "obeyed"),
  ignored: Object.fromEntries(
    Object.entries(treatments).flatMap(([path, treatment]) =>
      treatment === "obeyed" ? [] : [[path, treatment.ignored] as const],
    ),
  ),
});

/** Resource types that no data passes, and why. */
export const ignoredTypes: Readonly<Record<string, string>> = {
  aws_iam_role_policy_attachment: "AWS's own policies are not in the stack, and no part here runs by one",
  aws_security_group: network,
  aws_vpc_security_group_egress_rule: network,
  aws_vpc_security_group_ingress_rule: network,
  aws_emr_security_configuration: encryption,
  aws_s3_bucket_policy: permission,
  aws_s3_bucket_public_access_block: permission,
  aws_s3_bucket_ownership_controls: permission,
  aws_s3_bucket_versioning: "no part reads an older version of an object",
  aws_s3_bucket_lifecycle_configuration: "a night is shorter than any expiry",
  aws_s3_bucket_logging: "access logs are read by no part that data passes",
  aws_cloudwatch_log_group: "each part's log is one file in the out folder",
  aws_cloudwatch_log_stream: "each part's log is one file in the out folder",
  aws_cloudwatch_metric_alarm: watching,
  aws_cloudwatch_dashboard: watching,
  aws_cloudwatch_log_metric_filter: watching,
  aws_sns_topic: watching,
  aws_sns_topic_policy: permission,
  aws_sns_topic_subscription: watching,
  aws_budgets_budget: watching,
  aws_athena_workgroup: "only people ask questions there",
  aws_sqs_queue_policy: permission,
  aws_sqs_queue_redrive_allow_policy: permission,
  aws_api_gateway_method_settings:
    "throttles, metrics and logs of the gateway: this machine's own capacity bounds a local night",
  aws_api_gateway_usage_plan: "usage plans meter, they do not authenticate",
  aws_wafv2_web_acl: "the collector answers 413 by itself, and nobody floods this machine",
  aws_wafv2_web_acl_association: "the collector answers 413 by itself, and nobody floods this machine",
  aws_wafv2_web_acl_logging_configuration: watching,
  aws_api_gateway_account: "it only says where API Gateway may log",
  aws_api_gateway_deployment: "the listener always serves the configuration of this very stack",
};

/** Data sources that are only references (an obeyed attribute resolves through them). */
export const referencedData: readonly string[] = [
  "aws_iam_policy_document",
  "aws_caller_identity",
  "aws_region",
  "aws_partition",
  // Looked up for what they must be, in a network that is not here.
  "aws_subnet",
  "aws_security_group",
  "aws_ec2_managed_prefix_list",
];

/** What is done with each attribute of each resource type that data passes. */
export const attributes: Readonly<Record<string, AttributeTable>> = {
  aws_s3_bucket: { obeyed: ["bucket"], ignored: { force_destroy: deletion } },
  aws_s3_object: {
    obeyed: ["bucket", "key", "source", "content"],
    ignored: {
      source_hash: "the content itself is uploaded, at every start",
      content_type: "no part reads the content type of an object",
      kms_key_id: encryption,
      server_side_encryption: encryption,
      force_destroy: deletion,
    },
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    obeyed: ["bucket", "rule.apply_server_side_encryption_by_default.kms_master_key_id"],
    ignored: {
      "rule.apply_server_side_encryption_by_default.sse_algorithm": encryption,
      "rule.bucket_key_enabled": "it saves calls of the key, and refuses and allows nothing",
    },
  },
  aws_iam_role: {
    obeyed: ["name"],
    ignored: {
      assume_role_policy: "each part takes the role that the stack gives it; the trust is checked on the JSON",
      description: wording,
      permissions_boundary: "a boundary bounds what CI may create, and takes nothing from these roles",
      force_detach_policies: deletion,
    },
  },
  aws_iam_role_policy: { obeyed: ["role", "policy"], ignored: { name: wording } },
  aws_iam_instance_profile: { obeyed: ["name", "role"], ignored: {} },
  aws_lambda_permission: {
    obeyed: ["action", "function_name", "principal", "source_arn"],
    ignored: { statement_id: wording },
  },
  aws_dynamodb_table: {
    obeyed: [
      "name",
      "hash_key",
      "range_key",
      "attribute.name",
      "attribute.type",
      "global_secondary_index.name",
      "global_secondary_index.hash_key",
      "global_secondary_index.range_key",
      "global_secondary_index.projection_type",
      "global_secondary_index.non_key_attributes",
      "server_side_encryption.kms_key_arn",
    ],
    ignored: {
      billing_mode: capacity,
      "server_side_encryption.enabled": encryption,
      point_in_time_recovery: deletion,
      deletion_protection_enabled: deletion,
      ttl: "a night is shorter than any expiry",
    },
  },
  aws_dynamodb_table_item: {
    obeyed: ["table_name", "item"],
    ignored: { hash_key: "the item holds its key", range_key: "the item holds its key" },
  },
  aws_sqs_queue: {
    obeyed: ["name", "visibility_timeout_seconds", "delay_seconds", "redrive_policy", "kms_master_key_id"],
    ignored: {
      message_retention_seconds: "a night is shorter than any retention",
      receive_wait_time_seconds: "the poller asks often instead of waiting: nothing else is received",
      sqs_managed_sse_enabled: encryption,
      kms_data_key_reuse_period_seconds: encryption,
    },
  },
  aws_secretsmanager_secret: {
    obeyed: ["name", "kms_key_id"],
    ignored: { description: wording, recovery_window_in_days: deletion },
  },
  aws_kms_key: {
    obeyed: ["key_usage", "customer_master_key_spec"],
    ignored: {
      description: wording,
      deletion_window_in_days: deletion,
      enable_key_rotation: "a night is shorter than any rotation",
      policy: permission,
    },
  },
  aws_kms_alias: { obeyed: ["name", "target_key_id"], ignored: {} },
  aws_lambda_function: {
    obeyed: [
      ...["function_name", "handler", "filename", "timeout", "memory_size", "environment.variables"],
      ...["role", "logging_config.log_group"],
    ],
    ignored: {
      runtime: "the handlers run on the Node that runs this (20 or 22)",
      architectures: "JavaScript runs alike on both",
      source_code_hash: "the zip itself is unpacked, at every start",
      "logging_config.log_format": "each function's log is one file in the out folder, its lines as they are printed",
      description: wording,
      reserved_concurrent_executions: capacity,
      kms_key_arn: encryption,
      tracing_config: "traces are read by people, not by data",
      publish: "every caller names the function itself, none a version of it",
    },
  },
  aws_lambda_function_event_invoke_config: {
    obeyed: ["function_name", "maximum_retry_attempts", "destination_config.on_failure.destination"],
    ignored: { maximum_event_age_in_seconds: "retries follow at once here, long before any age" },
  },
  aws_lambda_event_source_mapping: {
    obeyed: [
      "event_source_arn",
      "function_name",
      "batch_size",
      "enabled",
      "function_response_types",
      "scaling_config.maximum_concurrency",
    ],
    ignored: { maximum_batching_window_in_seconds: "it only delays: every message is taken as soon as it is visible" },
  },
  aws_scheduler_schedule: {
    obeyed: [
      "schedule_expression",
      "schedule_expression_timezone",
      "state",
      "target.arn",
      "target.role_arn",
      "target.input",
      "flexible_time_window.mode",
    ],
    ignored: {
      name: wording,
      description: wording,
      group_name: wording,
      kms_key_arn: encryption,
      "target.dead_letter_config": "the invocation of a function on this machine is always accepted",
      "target.retry_policy": "the invocation of a function on this machine is always accepted",
    },
  },
  aws_api_gateway_rest_api: {
    obeyed: [],
    ignored: {
      name: wording,
      description: wording,
      endpoint_configuration: "there is one endpoint here: loopback",
      disable_execute_api_endpoint: "there is one endpoint here: loopback",
      api_key_source: "usage plans meter, they do not authenticate",
    },
  },
  aws_api_gateway_resource: { obeyed: ["rest_api_id", "parent_id", "path_part"], ignored: {} },
  aws_api_gateway_method: {
    obeyed: ["rest_api_id", "resource_id", "http_method", "authorization", "authorizer_id"],
    ignored: {
      request_parameters: "it only declares path parameters: the path itself decides",
      api_key_required: "usage plans meter, they do not authenticate",
    },
  },
  aws_api_gateway_integration: {
    obeyed: ["rest_api_id", "resource_id", "http_method", "type", "uri", "timeout_milliseconds"],
    ignored: { integration_http_method: "a Lambda integration is always invoked by POST" },
  },
  aws_api_gateway_authorizer: {
    obeyed: ["rest_api_id", "type", "authorizer_uri", "identity_source", "authorizer_result_ttl_in_seconds"],
    ignored: { name: wording, authorizer_credentials: permission },
  },
  aws_api_gateway_stage: {
    obeyed: ["rest_api_id", "stage_name"],
    ignored: {
      deployment_id: "the listener always serves the configuration of this very stack",
      access_log_settings: "the access log is one file in the out folder, without bodies",
      xray_tracing_enabled: "traces are read by people, not by data",
      description: wording,
    },
  },
  aws_mwaa_environment: {
    obeyed: [
      ...["source_bucket_arn", "dag_s3_path", "airflow_configuration_options", "airflow_version"],
      "execution_role_arn",
    ],
    ignored: {
      name: wording,
      environment_class: capacity,
      min_workers: capacity,
      max_workers: capacity,
      schedulers: capacity,
      min_webservers: capacity,
      max_webservers: capacity,
      kms_key: encryption,
      webserver_access_mode: "the run has no web server",
      weekly_maintenance_window_start: "a night on one machine has no maintenance",
      network_configuration: network,
      logging_configuration: "Airflow's log is one file in the out folder",
      endpoint_management: network,
    },
  },
  aws_glue_catalog_database: { obeyed: ["name"], ignored: { description: wording } },
  aws_glue_catalog_table: tableOf(catalogTableAttributes),
  aws_kinesis_firehose_delivery_stream: tableOf(deliveryStreamAttributes),
};

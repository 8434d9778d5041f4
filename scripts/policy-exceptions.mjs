// What Checkov asks for and the platform does otherwise, on purpose: each exception says why. One that excuses nothing
// any more fails the check, so that none outlives its reason.

/** @type {readonly {check: string, resources: RegExp, environments?: readonly string[], why: string}[]} */
export const policyExceptions = [
  {
    check: "CKV_AWS_50",
    resources: /^aws_lambda_function\./,
    why: "Each request is told by its id in JSON logs and each message by its row in the ledger; a trace samples what those hold whole.",
  },
  {
    check: "CKV_AWS_73",
    resources: /^aws_api_gateway_stage\./,
    why: "The access log names every request with its latency; a trace would sample them.",
  },
  {
    check: "CKV_AWS_115",
    resources: /^aws_lambda_function\./,
    why: "Reserved concurrency sends good messages to the dead letters; the queue's MaximumConcurrency and the API's throttle bound what runs.",
  },
  {
    check: "CKV_AWS_116",
    resources: /^aws_lambda_function\./,
    why: "Scheduled functions have a failure destination, queue consumers their queue's dead letters, and API Gateway's caller gets the error itself.",
  },
  {
    check: "CKV_AWS_117",
    resources: /^aws_lambda_function\./,
    why: "No function talks to anything inside a VPC: only to AWS's own APIs and to Twilio, over TLS.",
  },
  {
    check: "CKV_AWS_120",
    resources: /^aws_api_gateway_stage\./,
    why: "Every route takes POST with a body of its own: there is nothing to cache.",
  },
  {
    check: "CKV_AWS_144",
    resources: /^aws_s3_bucket\./,
    why: "Personal data stays in one region; a region that is down stops the shops' offers for a day, and their purchases can be sent again.",
  },
  {
    check: "CKV_AWS_145",
    resources: /^aws_s3_bucket\.bucket_logs$/,
    why: "S3 writes access logs to no bucket under a customer-managed key.",
  },
  {
    check: "CKV_AWS_171",
    resources: /^aws_emr_security_configuration\./,
    why: "The keys' ARNs are known after apply, and with them the whole text; a test reads the encryption from what is synthesized.",
  },
  {
    check: "CKV_AWS_225",
    resources: /^aws_api_gateway_method_settings\./,
    why: "Every route takes POST with a body of its own: there is nothing to cache.",
  },
  {
    check: "CKV_AWS_272",
    resources: /^aws_lambda_function\./,
    why: "Only the CI role deploys, and what it applies is the reviewed plan, which holds the hash of each bundle.",
  },
  {
    check: "CKV_AWS_297",
    resources: /^aws_scheduler_schedule\./,
    why: "A schedule holds nothing but a time and the input {}.",
  },
  {
    check: "CKV_AWS_338",
    resources: /^aws_cloudwatch_log_group\./,
    environments: ["local", "dev", "staging"],
    why: "Invented shoppers: nobody asks a year later what was done to them.",
  },
  {
    check: "CKV2_AWS_5",
    resources: /^aws_security_group\.security_group_emr-(master|core|service)$/,
    why: "The clusters of a night take them, which Airflow starts and Terraform does not know.",
  },
  {
    check: "CKV2_AWS_51",
    resources: /^aws_api_gateway_stage\./,
    why: "A client certificate proves the gateway to an HTTP back end; behind ours is Lambda, called by its own permission.",
  },
  {
    check: "CKV2_AWS_53",
    resources: /^aws_api_gateway_method\./,
    why: "The collector judges each event of a batch by its contract and answers for each; a model would refuse the whole body.",
  },
  {
    check: "CKV2_AWS_57",
    resources: /^aws_secretsmanager_secret\.secret_(tokens|twilio)$/,
    why: "Another token key would make strangers of all shoppers; Twilio's token is changed at Twilio, and both are read within minutes.",
  },
  {
    check: "CKV2_AWS_62",
    resources: /^aws_s3_bucket\./,
    why: "The night lists what is new; nothing waits for an event of S3.",
  },
  {
    check: "CKV2_AWS_77",
    resources: /^aws_api_gateway_stage\./,
    why: "The rules are JSON, which Checkov does not read: a test finds the known bad inputs (Log4j) there; callbacks reach Node only.",
  },
];

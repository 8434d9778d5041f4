"""A role does what its policies say and nothing else, over the real protocols; the refusal names what was asked."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

HERE = Path(__file__).parent
JARS = HERE.parents[1] / ".local" / "java" / "jars"
ACCOUNT = "123456789012"
REGION = "sa-east-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/lake"
BUCKET = "arn:aws:s3:::lake"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/claims"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:work"


def allow(actions: list[str], resources: list[str], *condition: Any) -> dict[str, Any]:
    """A statement as a policy document's data source holds it."""
    test = [dict(zip(("test", "variable", "values"), condition, strict=True))] if condition else None
    return {"actions": actions, "resources": resources, "condition": test}


def through(service: str) -> tuple[str, str, list[str]]:
    """The condition that a key is used through a service."""
    return "StringLike", "kms:ViaService", [f"{service}.*.amazonaws.com"]


PassRole = ("StringEquals", "iam:PassedToService", ["elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"])
FULL = [
    allow(["s3:ListBucket"], [BUCKET]),
    allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [f"{BUCKET}/in/*"]),
    allow(["kms:Decrypt", "kms:GenerateDataKey"], [KEY], *through("s3")),
    allow(["dynamodb:PutItem", "dynamodb:BatchGetItem"], [TABLE]),
    allow(["sqs:SendMessage"], [QUEUE]),
    allow(["elasticmapreduce:RunJobFlow", "elasticmapreduce:ListClusters"], ["*"]),
    allow(["elasticmapreduce:AddTags", "elasticmapreduce:DescribeCluster"], ["arn:aws:elasticmapreduce:*:*:cluster/*"]),
    allow(
        ["elasticmapreduce:TerminateJobFlows"],
        ["arn:aws:elasticmapreduce:*:*:cluster/*"],
        *("StringEquals", "elasticmapreduce:ResourceTag/environment", ["local"]),
    ),
    allow(["iam:PassRole"], [f"arn:aws:iam::{ACCOUNT}:role/emr", f"arn:aws:iam::{ACCOUNT}:role/nodes"], *PassRole),
]


class Server:
    """A server of its own and what the tests ask of it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def post(self, path: str, body: object) -> tuple[int, Any]:
        """Status and answer of a request to the gate itself."""
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def learn(self, statements: list[dict[str, Any]], **more: Any) -> tuple[int, Any]:
        """Tells the gate of one role, `worker`."""
        given = {
            "account": ACCOUNT,
            "region": REGION,
            "keys": {BUCKET: KEY, TABLE: KEY},
            "instance_profiles": {"p": "nodes"},
        }
        return self.post("/_access/roles", {**given, "roles": {"worker": statements}, **more})

    def client(self, service: Any, role: str = "worker") -> Any:
        """A client that signs as a role."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=role,
            aws_secret_access_key="local",
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("logs")
    process = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), "--logs", str(logs), "--jars", str(JARS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    server = Server(json.loads(process.stdout.readline())["port"])
    operator = server.client("s3", "local")
    operator.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
    operator.put_object(Bucket="lake", Key="in/there", Body=b"1")
    server.client("sqs", "local").create_queue(QueueName="work")
    server.client("dynamodb", "local").create_table(
        TableName="claims",
        KeySchema=[{"AttributeName": "claim", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "claim", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield server
    process.stdin.close()
    assert process.wait(30) == 0


def get(server: Server) -> Any:
    return server.client("s3").get_object(Bucket="lake", Key="in/there")


def put(server: Server) -> Any:
    return server.client("s3").put_object(Bucket="lake", Key="in/new", Body=b"2")


def missing(server: Server) -> Any:
    with pytest.raises(ClientError, match="NoSuchKey"):
        server.client("s3").get_object(Bucket="lake", Key="in/missing")


def listing(server: Server) -> Any:
    return server.client("s3").list_objects_v2(Bucket="lake", Prefix="in/")


def delete(server: Server) -> Any:
    return server.client("s3").delete_objects(Bucket="lake", Delete={"Objects": [{"Key": "in/new"}]})


def transact(server: Server) -> Any:
    put_item = {"Put": {"TableName": "claims", "Item": {"claim": {"S": "1"}}}}
    return server.client("dynamodb").transact_write_items(TransactItems=[put_item])


def batch(server: Server) -> Any:
    return server.client("dynamodb").batch_get_item(RequestItems={"claims": {"Keys": [{"claim": {"S": "1"}}]}})


def send(server: Server) -> Any:
    entries = [{"Id": "0", "MessageBody": "m"}]
    return server.client("sqs").send_message_batch(QueueUrl=f"{server.url}/{ACCOUNT}/work", Entries=entries)


def run(server: Server, environment: str = "local") -> str:
    flow = server.client("emr").run_job_flow(
        Name="night",
        Instances={"MasterInstanceType": "m5.xlarge", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True},
        ServiceRole="emr",
        JobFlowRole="p",
        Tags=[{"Key": "environment", "Value": environment}],
    )
    return str(flow["JobFlowId"])


def terminate(server: Server) -> Any:
    return server.client("emr").terminate_job_flows(JobFlowIds=[run(server)])


def describe(server: Server) -> Any:
    return server.client("emr").describe_cluster(ClusterId=run(server))


def clusters(server: Server) -> Any:
    return server.client("emr").list_clusters()


NEEDS: list[tuple[Callable[[Server], Any], str]] = [
    (get, "s3:GetObject"),
    (get, "kms:Decrypt"),
    (put, "s3:PutObject"),
    (put, "kms:GenerateDataKey"),
    (missing, "s3:ListBucket"),
    (listing, "s3:ListBucket"),
    (delete, "s3:DeleteObject"),
    (transact, "dynamodb:PutItem"),
    (batch, "dynamodb:BatchGetItem"),
    (send, "sqs:SendMessage"),
    (run, "elasticmapreduce:RunJobFlow"),
    (run, "elasticmapreduce:AddTags"),
    (run, "iam:PassRole"),
    (describe, "elasticmapreduce:DescribeCluster"),
    (terminate, "elasticmapreduce:TerminateJobFlows"),
    (clusters, "elasticmapreduce:ListClusters"),
]


def without(action: str) -> list[dict[str, Any]]:
    return [{**one, "actions": [each for each in one["actions"] if each != action]} for one in FULL]


@pytest.fixture
def with_dynamodb_key() -> list[dict[str, Any]]:
    return [allow(["kms:Decrypt"], [KEY], *through("dynamodb"))]


@pytest.mark.parametrize(("work", "action"), NEEDS, ids=lambda value: getattr(value, "__name__", value))
def test_a_call_needs_its_action_and_is_refused_by_name_without_it(
    server: Server, with_dynamodb_key: list[dict[str, Any]], work: Callable[[Server], Any], action: str
) -> None:
    assert server.learn(FULL + with_dynamodb_key) == (200, {})
    work(server)
    server.learn(without(action) + with_dynamodb_key)
    with pytest.raises((ClientError, AssertionError)) as refused:
        work(server)
    assert action in str(refused.value)
    assert "assumed-role/worker/" in str(refused.value)


def test_a_table_under_a_key_needs_the_key_through_dynamodb(server: Server) -> None:
    server.learn(FULL)
    with pytest.raises(ClientError, match=r"AccessDenied.*kms:Decrypt on resource: arn:aws:kms"):
        transact(server)


def test_a_permission_ends_where_its_resource_does(server: Server) -> None:
    server.learn(FULL)
    with pytest.raises(ClientError, match=r"s3:PutObject on resource: arn:aws:s3:::lake/out/x"):
        server.client("s3").put_object(Bucket="lake", Key="out/x", Body=b"")


def test_a_tag_condition_holds_for_clusters_of_that_tag_only(server: Server) -> None:
    server.learn(FULL)
    other = run(server, "prod")
    with pytest.raises(ClientError, match="elasticmapreduce:TerminateJobFlows"):
        server.client("emr").terminate_job_flows(JobFlowIds=[other])


def test_who_is_no_role_of_the_stack_may_do_nothing(server: Server) -> None:
    server.learn(FULL)
    with pytest.raises(ClientError, match="there is no role stranger"):
        server.client("sqs", "stranger").list_queues()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{server.url}/lake/in/there")


def test_a_call_of_which_no_action_is_known_is_refused(server: Server) -> None:
    server.learn(FULL)
    with pytest.raises(ClientError, match="no action is known"):
        server.client("s3").get_object_acl(Bucket="lake", Key="in/there")


def test_other_parts_may_ask_and_what_was_refused_is_told(server: Server) -> None:
    server.learn(FULL)
    assert server.post("/_access/refused", {}) == (200, [])
    asked = {"role": "worker", "action": "sqs:SendMessage", "resource": QUEUE}
    assert server.post("/_access/check", asked) == (200, {})
    status, answer = server.post("/_access/check", {**asked, "resource": f"{QUEUE}-dead"})
    assert status == 403
    assert "sqs:SendMessage" in answer["message"]
    assert server.post("/_access/refused", {}) == (200, [["worker", "sqs:SendMessage"]])


@pytest.mark.parametrize(
    "statement",
    [
        {**allow(["s3:GetObject"], [BUCKET]), "effect": "Deny"},
        {**allow(["s3:GetObject"], [BUCKET]), "not_actions": ["s3:PutObject"]},
        allow(["s3:GetObject"], [BUCKET], "NumericLessThan", "kms:ViaService", ["1"]),
        allow(["s3:GetObject"], [BUCKET], "StringEquals", "aws:SourceVpc", ["vpc-1"]),
    ],
    ids=["effect", "part", "operator", "key"],
)
def test_a_policy_that_is_not_decided_here_is_refused_when_it_is_read(
    server: Server, statement: dict[str, Any]
) -> None:
    status, answer = server.learn([statement])
    assert status == 403
    assert "the policy of worker has" in answer["message"]

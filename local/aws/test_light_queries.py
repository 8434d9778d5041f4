"""A query finds the same as before, and looks only at its own partition."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

# In a process of its own: moto stays as it is for the other tests.
SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION="sa-east-1")
import boto3
from moto import mock_aws
from moto.dynamodb.models.table import Table
import light_queries

if sys.argv[2] == "light":
    light_queries.install()
sizes = []
everything = Table.all_items

def counted(self):
    found = everything(self)
    sizes.append(len(found))
    return found

Table.all_items = counted
answers = []
with mock_aws():
    db = boto3.client("dynamodb")
    for table, extra in (("plain", []), ("sorted", [{"AttributeName": "sort", "KeyType": "RANGE"}])):
        schema = [{"AttributeName": "id", "KeyType": "HASH"}, *extra]
        types = [{"AttributeName": name, "AttributeType": "S"} for name in ["id", "day", *(["sort"] if extra else [])]]
        days = [{"AttributeName": "day", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}]
        index = {"IndexName": "by_day", "KeySchema": days, "Projection": {"ProjectionType": "ALL"}}
        db.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=schema, AttributeDefinitions=types,
                        GlobalSecondaryIndexes=[index])
        for number in range(40):
            row = {"id": f"i{number % 8 if extra else number:02}", "sort": f"s{number:02}"}
            if number % 3:
                row["day"] = f"d{number % 4}"
            db.put_item(TableName=table, Item={name: {"S": value} for name, value in row.items()})
        sizes.clear()
        for name, value, more in (
            ("id", "i03", {}),
            ("id", "i03", {"ScanIndexForward": False, "ConsistentRead": True}),
            ("id", "nobody", {}),
            ("day", "d1", {"IndexName": "by_day"}),
            ("day", "d1", {"IndexName": "by_day", "Limit": 3}),
            ("day", "never", {"IndexName": "by_day"}),
        ):
            asked = {"KeyConditionExpression": "#k = :v", "ExpressionAttributeNames": {"#k": name},
                     "ExpressionAttributeValues": {":v": {"S": value}}}
            found = db.query(TableName=table, **asked, **more)
            answers.append([found["Items"], found["ScannedCount"], found.get("LastEvaluatedKey")])
            if "LastEvaluatedKey" in found:
                rest = db.query(TableName=table, ExclusiveStartKey=found["LastEvaluatedKey"], **asked, **more)
                answers.append(rest["Items"])
print(json.dumps({"answers": answers, "largest": max(sizes)}))
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, object]]:
    def run(kind: str) -> dict[str, object]:
        command = [sys.executable, "-c", SCRIPT, str(HERE), kind]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        answer: dict[str, object] = json.loads(ended.stdout)
        return answer

    return {kind: run(kind) for kind in ("moto", "light")}


def test_every_answer_is_the_same(seen: dict[str, dict[str, object]]) -> None:
    assert seen["light"]["answers"] == seen["moto"]["answers"]


def test_no_query_looks_at_the_whole_table(seen: dict[str, dict[str, object]]) -> None:
    assert (seen["moto"]["largest"], seen["light"]["largest"]) == (40, 7)

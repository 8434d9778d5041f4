"""A transaction decides as a whole, and costs what it touches."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

# In a process of its own: moto stays as it is for the other tests.
SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION="sa-east-1")
import boto3
from moto import mock_aws
from moto.dynamodb.models.table import Table
import light_transactions

def refuse(self, memo):
    raise AssertionError("the whole table is copied")

Table.__deepcopy__ = refuse
light_transactions.install()

def item(table, key, number):
    return {"Put": {"TableName": table, "Item": {**keys(table, key), "n": {"N": str(number)}}}}

def keys(table, key):
    return {"id": {"S": key}, **({"sort": {"S": key}} if table == "sorted" else {})}

def plus_one(table, key):
    return {"Update": {"TableName": table, "Key": keys(table, key), "UpdateExpression": "SET n = n + :one",
                       "ExpressionAttributeValues": {":one": {"N": "1"}}}}

def only_new(table, key):
    put = item(table, key, 9)
    put["Put"]["ConditionExpression"] = "attribute_not_exists(id)"
    return put

seen = {}
with mock_aws():
    db = boto3.client("dynamodb")
    for table in ("plain", "sorted"):
        schema = [{"AttributeName": "id", "KeyType": "HASH"}]
        if table == "sorted":
            schema.append({"AttributeName": "sort", "KeyType": "RANGE"})
        types = [{"AttributeName": each["AttributeName"], "AttributeType": "S"} for each in schema]
        db.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=schema, AttributeDefinitions=types)
        rows = lambda: sorted((row["id"]["S"], int(row["n"]["N"])) for row in db.scan(TableName=table)["Items"])
        db.transact_write_items(TransactItems=[item(table, "a", 1), item(table, "b", 1)])
        db.transact_write_items(TransactItems=[plus_one(table, "a"), only_new(table, "c")])
        done = rows()
        delete = {"Delete": {"TableName": table, "Key": keys(table, "b")}}
        try:
            changes = [plus_one(table, "a"), item(table, "d", 1), delete]
            db.transact_write_items(TransactItems=[*changes, only_new(table, "c")])
            reasons = None
        except db.exceptions.TransactionCanceledException as error:
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
        seen[table] = {"done": done, "after": rows(), "reasons": reasons}
print(json.dumps(seen))
"""


def test_a_transaction_that_fails_leaves_everything_as_it_was_and_no_table_is_copied() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT, str(HERE)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    done = [["a", 2], ["b", 1], ["c", 9]]
    reasons = ["None", "None", "None", "ConditionalCheckFailed"]
    expected = {"done": done, "after": done, "reasons": reasons}
    assert json.loads(ended.stdout) == {"plain": expected, "sorted": expected}

"""A receive costs what it takes out, and messages are still kept as long as the queue says."""

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
from moto import backends, mock_aws
from moto.sqs import models
import light_lookups

names = sorted(backends.list_of_moto_modules())
light_lookups.install()
counted = []
whole = models.Queue.messages.fget
models.Queue.messages = property(lambda queue: counted.append(1) or whole(queue))
with mock_aws():
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    for number in range(50):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    sends = len(counted)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    counted.clear()
    received = [each["Body"] for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]
    counts = len(counted)
    queue = models.sqs_backends["123456789012"]["sa-east-1"].queues["q"]
    for message in queue._messages:
        message.visible_at = 0
        message.sent_timestamp -= 61_000 if int(message.body) > 1 else 59_000
    kept = [each["Body"] for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]
same = names == sorted(backends.list_of_moto_modules())
print(json.dumps({"received": received, "kept": kept, "counts": counts, "same": same,
                  "sends": sends, "waiting": attributes["ApproximateNumberOfMessages"]}))
"""


def test_a_receive_counts_the_queue_only_a_few_times_and_takes_the_same_messages() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT, str(HERE)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    assert seen["received"] == [str(number) for number in range(10)]
    assert seen["kept"] == ["0", "1"]
    assert seen["same"]
    assert seen["waiting"] == "50"
    assert seen["sends"] == 0
    assert seen["counts"] < 10

"""What moto looks up for every request, or for every message in a queue, is looked up once.

It lists its own package folder to name a request's service, and counts the whole queue to learn how long each message
in it is kept, so that a queue of a thousand messages costs a million steps a receive.
"""

from __future__ import annotations

from typing import Any


def install() -> None:
    """Changes moto in this process."""
    from moto import backends
    from moto.core.utils import unix_time
    from moto.sqs.models import SQSBackend

    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules

    def is_kept(self: Any, queue_name: str, message: Any) -> bool:
        kept_seconds: float = self.get_queue(queue_name).message_retention_period
        return bool(kept_seconds + message.sent_timestamp / 1000 > unix_time())

    SQSBackend.is_message_valid_based_on_retention_period = is_kept  # type: ignore[method-assign]

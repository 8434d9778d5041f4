"""One process that speaks S3, SQS, DynamoDB, Secrets Manager, KMS and EMR on loopback, and runs EMR's Spark steps.

Prints {"port": N} when it answers, and ends, with every step it runs, when its standard input closes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any


def read_arguments(argv: list[str]) -> argparse.Namespace:
    """The command line: --port 0 takes any free port."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--logs", type=Path, nargs="+", required=True, help="folders of the steps' logs: the first that exists"
    )
    parser.add_argument("--jars", type=Path, required=True, help="folder of the S3A jars")
    parser.add_argument("--java-home", default=None, help="a Java 17; default: the java of the path")
    parser.add_argument("--spark-home", default=None, help="where bin/spark-submit is; default: the installed pyspark")
    parser.add_argument("--cores", type=int, default=2, help="cores that Spark may use")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Serves until standard input closes."""
    arguments = read_arguments(argv)
    jars = tuple(sorted(str(jar.resolve()) for jar in arguments.jars.glob("*.jar")))
    if not jars:
        print(f"{arguments.jars} holds no jar: run the set-up again.", file=sys.stderr)
        return 1
    arguments.logs[0].mkdir(parents=True, exist_ok=True)
    # Nothing here may reach a real account, whatever the caller's environment holds.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_DEFAULT_REGION="sa-east-1")

    # Imported late: a wrong argument is told at once.
    import pyspark
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    import emr_fleets
    import emr_steps
    import kms_rsa
    import light_lookups
    import light_queries
    import light_transactions
    from access_gate import Access, access_gate
    from one_at_a_time import one_at_a_time
    from s3_answers import without_content_md5
    from spark_submit import Machine

    class KeepAlive(MotoRequestHandler):
        """Connections stay open between requests, and a small answer is sent at once."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            """Requests are not logged: keys and bodies are no business of a log."""

    access = Access(emr_steps.cluster_tags)
    capacity = emr_fleets.Capacity()
    served = one_at_a_time(without_content_md5(DomainDispatcherApplication(create_backend_app)))
    try:
        server = make_server(
            "127.0.0.1",
            arguments.port,
            emr_fleets.capacity_control(
                access_gate(served, access, log=lambda line: print(line, file=sys.stderr, flush=True)), capacity
            ),
            threaded=True,
            request_handler=KeepAlive,
        )
    except (OSError, SystemExit):
        print(f"Port {arguments.port} is already taken: choose another one, or 0 for any.", file=sys.stderr)
        return 1
    machine = Machine(
        python=sys.executable,
        spark_home=arguments.spark_home or str(Path(pyspark.__file__).parent),
        java_home=arguments.java_home,
        jars=jars,
        endpoint=f"http://127.0.0.1:{server.port}",
        scratch="",
        cores=arguments.cores,
    )
    runner = emr_steps.StepRunner(machine, arguments.logs, access)
    emr_steps.install(runner)
    emr_fleets.install(capacity)
    kms_rsa.install()
    light_lookups.install()
    light_queries.install()
    light_transactions.install()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: os.close(0))
    print(json.dumps({"port": server.port}), flush=True)
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    runner.stop()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Server threads may sit in a long poll; nothing is left to save.
    os._exit(code)

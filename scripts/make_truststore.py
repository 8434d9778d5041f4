"""Turns a PEM file of trusted certificates, with the public ones beside it, into a truststore for Java."""

import sys
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12Certificate,
    serialize_java_truststore,
)


def make_truststore(pem_files: list[Path], store: Path) -> None:
    """Writes every certificate of the PEM files, each once, under the password of Java's own stores."""
    found = [one for file in pem_files for one in x509.load_pem_x509_certificates(file.read_bytes())]
    unique = list(dict.fromkeys(found))
    entries = [PKCS12Certificate(certificate, f"ca-{number}".encode()) for number, certificate in enumerate(unique)]
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(serialize_java_truststore(entries, BestAvailableEncryption(b"changeit")))


if __name__ == "__main__":
    make_truststore([Path(sys.argv[1]), Path(certifi.where())], Path(sys.argv[2]))

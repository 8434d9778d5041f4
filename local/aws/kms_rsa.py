"""Lets KMS open what was sealed with the public half of an RSA key.

moto 5.2.5 hands out the public key but decrypts only its own symmetric format.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from moto.kms.exceptions import InvalidCiphertextException
from moto.kms.responses import KmsResponse

PADDINGS: dict[str, hashes.HashAlgorithm] = {
    "RSAES_OAEP_SHA_1": hashes.SHA1(),
    "RSAES_OAEP_SHA_256": hashes.SHA256(),
}


def install() -> None:
    """Patches Decrypt for the RSA algorithms; the symmetric one stays moto's."""
    original: Any = KmsResponse.decrypt

    def decrypt(self: KmsResponse) -> str:
        algorithm = PADDINGS.get(self._get_param("EncryptionAlgorithm", "SYMMETRIC_DEFAULT"))
        if algorithm is None:
            return str(original(self))
        key_id = self._get_param("KeyId")
        self._validate_key_id(key_id)
        key: Any = self.kms_backend.describe_key(key_id)
        oaep = padding.OAEP(padding.MGF1(algorithm), algorithm, None)
        try:
            opened = key.private_key.private_key.decrypt(self._get_param("CiphertextBlob"), oaep)
        except ValueError:
            raise InvalidCiphertextException() from None
        return json.dumps({"Plaintext": base64.b64encode(opened).decode(), "KeyId": key.arn})

    KmsResponse.decrypt = decrypt  # type: ignore[method-assign]

"""A signed statement about who asks (RFC 7519), with RS256: what GitHub's Apps and Google's service accounts prove."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gleaner.core.secrets import Secret


def signed(claims: Mapping[str, object], key: RSAPrivateKey, **header: str) -> Secret:
    """*claims* as a compact JWT; *header* may add a ``kid``."""
    text = f"{_part({'alg': 'RS256', 'typ': 'JWT', **header})}.{_part(claims)}"
    return Secret(f"{text}.{_encoded(key.sign(text.encode(), PKCS1v15(), SHA256()))}")


def private_key(pem: bytes) -> RSAPrivateKey | None:
    """The RSA key in *pem*; None for anything else."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPrivateKey) else None


def _part(values: Mapping[str, object]) -> str:
    return _encoded(json.dumps(values, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

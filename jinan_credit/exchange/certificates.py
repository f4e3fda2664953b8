"""What a unit's address is trusted by, and what we show to it: PEM texts, read before they are kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.utils.translation import gettext_lazy as _

from jinan_credit.kernel import clock, crypto
from jinan_credit.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from jinan_credit.exchange.models import Endpoint

LONGEST_PEM = 50_000


@dataclass(frozen=True)
class Trust:
    """Certificates of one address. Empty: the public authorities, and no certificate of our own."""

    ca: str = ""
    certificate: str = ""
    key: str = ""

    @classmethod
    def of(cls, endpoint: "Endpoint") -> "Trust":
        key = crypto.unseal(endpoint.sealed_client_key) if endpoint.sealed_client_key else ""
        return cls(endpoint.ca_certificates, endpoint.client_certificate, key)


PUBLIC_AUTHORITIES = Trust()


def require_usable(trust: Trust) -> None:
    """Refusals: `certificate_malformed`, `certificate_over`, `client_key_missing`, `client_key_malformed`,
    `client_key_of_another_certificate`."""
    if trust.ca:
        _read(trust.ca, "ca_certificates")
    if bool(trust.certificate) != bool(trust.key):
        raise InvalidInput("client_key_missing", _("A client certificate and its key go together."), field="client_key")
    if trust.certificate:
        own = _read(trust.certificate, "client_certificate")[0]
        if _public_part(trust.key) != own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo):
            raise InvalidInput(
                "client_key_of_another_certificate",
                _("This key does not belong to the certificate."),
                field="client_key",
            )


def _read(pem: str, field: str) -> list[x509.Certificate]:
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise InvalidInput(
            "certificate_malformed", _("No certificates in PEM form (-----BEGIN CERTIFICATE-----)."), field=field
        ) from error
    if any(certificate.not_valid_after_utc <= clock.now() for certificate in found):
        raise InvalidInput("certificate_over", _("A certificate is no longer valid."), field=field)
    return found


def _public_part(key: str) -> bytes:
    try:
        private = load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            "client_key_malformed", _("No private key in PEM form without a password."), field="client_key"
        ) from error
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

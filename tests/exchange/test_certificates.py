"""An address with authorities of its own, and one that asks for our certificate: over real TLS."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from jinan_credit.exchange.models import Endpoint
from jinan_credit.exchange.services.endpoints import Wishes, register_endpoint
from jinan_credit.exchange.services.sending import push
from jinan_credit.kernel import clock
from jinan_credit.kernel.errors import DomainError
from tests.cast import Cast, publish_many
from tests.exchange.conftest import Peer, client_of

MakePeer = Callable[..., Peer]


@dataclass(frozen=True)
class Pair:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def issue(name: str, issuer: Pair | None = None, *, days: int = 30) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=60))
        .not_valid_after(clock.now() + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )
    return Pair(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


AUTHORITY = issue("authority")
OWN = issue("jinan-credit", AUTHORITY)
FULL = Wishes(ca_certificates=AUTHORITY.pem, client_certificate=OWN.pem, client_key=OWN.key_pem)


@pytest.fixture
def peer(make_peer: MakePeer, tmp_path: Path) -> Peer:
    """Speaks TLS with a certificate of the authority, and wants one of it."""
    peer, pair, file = make_peer(), issue("receiver", AUTHORITY), tmp_path / "receiver.pem"
    file.write_text(pair.pem + pair.key_pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=AUTHORITY.pem)
    context.load_cert_chain(file)
    context.verify_mode = ssl.CERT_REQUIRED
    peer.server.socket = context.wrap_socket(peer.server.socket, server_side=True, do_handshake_on_connect=False)
    peer.url = peer.url.replace("http://", "https://")
    return peer


def register(cast: Cast, peer: Peer, wishes: Wishes) -> Endpoint:
    actor, _id, _secret = client_of(cast.finance)
    endpoint, _secret = register_endpoint(url=peer.url, by=actor, wishes=wishes)
    return endpoint


def test_both_sides_show_a_certificate(cast: Cast, peer: Peer) -> None:
    endpoint = register(cast, peer, FULL)
    publish_many(cast, 2)
    assert push() == 2
    assert "PRIVATE KEY" not in endpoint.sealed_client_key


@pytest.mark.parametrize(
    "wishes",
    [Wishes(), Wishes(ca_certificates=AUTHORITY.pem), Wishes(client_certificate=OWN.pem, client_key=OWN.key_pem)],
    ids=["neither", "without ours", "without theirs"],
)
def test_one_without_the_other_is_no_connection(cast: Cast, peer: Peer, wishes: Wishes) -> None:
    with pytest.raises(DomainError) as refusal:
        register(cast, peer, wishes)
    assert refusal.value.code == "challenge_failed"


def test_an_authority_of_its_own_is_instead_of_the_public_ones(cast: Cast, peer: Peer) -> None:
    other = issue("another authority")
    with pytest.raises(DomainError) as refusal:
        register(cast, peer, replace(FULL, ca_certificates=other.pem))
    assert refusal.value.code == "challenge_failed"


def test_what_is_not_given_stays_and_what_is_empty_goes(cast: Cast, peer: Peer, make_peer: MakePeer) -> None:
    before = register(cast, peer, FULL)
    after = register(cast, peer, Wishes(wants_gzip=True))
    assert (after.ca_certificates, after.client_certificate) == (before.ca_certificates, before.client_certificate)
    plain = register(cast, make_peer(), Wishes(ca_certificates="", client_certificate=""))
    assert (plain.ca_certificates, plain.client_certificate, plain.sealed_client_key) == ("", "", "")


@pytest.mark.parametrize(
    ("wishes", "code", "field"),
    [
        (Wishes(ca_certificates="no certificate"), "certificate_malformed", "ca_certificates"),
        (Wishes(ca_certificates=issue("old", days=-1).pem), "certificate_over", "ca_certificates"),
        (Wishes(client_certificate=OWN.pem), "client_key_missing", "client_key"),
        (Wishes(client_certificate=OWN.pem, client_key="no key"), "client_key_malformed", "client_key"),
        (
            Wishes(client_certificate=OWN.pem, client_key=AUTHORITY.key_pem),
            "client_key_of_another_certificate",
            "client_key",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_work_is_refused_before_anything_is_asked(
    cast: Cast, peer: Peer, wishes: Wishes, code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        register(cast, peer, wishes)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Endpoint.objects.exists()


def test_the_key_is_never_shown(cast: Cast, peer: Peer, api: Callable[..., Callable[..., object]]) -> None:
    call = api(cast.finance)
    body = {"url": peer.url, "ca_certificates": AUTHORITY.pem, "client_certificate": OWN.pem, "client_key": OWN.key_pem}
    answer = call("put", "endpoint/", body)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "client_key" not in answer.json()  # type: ignore[attr-defined]
    assert answer.json()["client_certificate"].strip() == OWN.pem.strip()  # type: ignore[attr-defined]

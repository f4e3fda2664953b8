import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from jinan_credit.kernel import crypto

NUMBER = "11010519491231002X"


def _keys(provider, index_provider):
    size = 16 if provider == "SM4" else 32
    return {
        "current": "new",
        "keys": {
            "old": {"provider": provider, "key": base64.b64encode(b"o" * size).decode()},
            "new": {"provider": provider, "key": base64.b64encode(b"n" * size).decode()},
        },
        "index": {"provider": index_provider, "key": base64.b64encode(b"i" * 32).decode()},
    }


@pytest.fixture(params=[("SM4", "SM3"), ("AES", "SHA256")], ids=["national", "international"])
def keys(request, settings):
    settings.FIELD_KEYS = _keys(*request.param)
    _forget()
    yield settings
    _forget()


def _forget():
    crypto._key.cache_clear()
    crypto._keyed_hash.cache_clear()


@pytest.mark.parametrize("clear", [NUMBER, "护照E12345678", "x" * 1000])
def test_what_was_sealed_is_unsealed(keys, clear):
    assert crypto.unseal(crypto.seal(clear)) == clear


def test_nothing_stays_nothing(keys):
    assert crypto.seal("") == ""
    assert crypto.unseal("") == ""


def test_a_sealed_value_shows_nothing_and_is_never_the_same_twice(keys):
    one, other = crypto.seal(NUMBER), crypto.seal(NUMBER)
    assert one != other
    assert NUMBER not in one
    assert NUMBER.encode() not in base64.b64decode(one.partition(".")[2])


def test_the_key_travels_by_name_so_that_old_values_outlive_a_rotation(keys):
    keys.FIELD_KEYS = {**keys.FIELD_KEYS, "current": "old"}
    sealed = crypto.seal(NUMBER)
    keys.FIELD_KEYS = {**keys.FIELD_KEYS, "current": "new"}
    assert sealed.startswith("old.")
    assert crypto.unseal(sealed) == NUMBER
    assert crypto.seal(NUMBER).startswith("new.")


@pytest.mark.parametrize("place", [0, 12, -1], ids=["nonce", "body", "tag"])
def test_tampering_is_found(keys, place):
    kid, _, encoded = crypto.seal(NUMBER).partition(".")
    raw = bytearray(base64.b64decode(encoded))
    raw[place] ^= 1
    with pytest.raises(InvalidTag):
        crypto.unseal(f"{kid}.{base64.b64encode(bytes(raw)).decode()}")


def test_another_key_does_not_open(keys):
    with pytest.raises(InvalidTag):
        crypto.unseal("old." + crypto.seal(NUMBER).partition(".")[2])


def test_an_unknown_key_is_refused(keys):
    with pytest.raises(KeyError):
        crypto.unseal("lost." + crypto.seal(NUMBER).partition(".")[2])


def test_the_blind_index_finds_equals_and_only_them(keys):
    assert crypto.blind_index("ID", NUMBER) == crypto.blind_index("ID", NUMBER)
    assert len(crypto.blind_index("ID", NUMBER)) == 64
    assert crypto.blind_index("ID", NUMBER) != crypto.blind_index("PASSPORT", NUMBER)
    assert crypto.blind_index("ab", "c") != crypto.blind_index("a", "bc")


def test_the_blind_index_has_a_key_of_its_own(keys):
    before = crypto.blind_index("ID", NUMBER)
    other = base64.b64encode(b"j" * 32).decode()
    keys.FIELD_KEYS = {**keys.FIELD_KEYS, "index": {**keys.FIELD_KEYS["index"], "key": other}}
    _forget()
    assert crypto.blind_index("ID", NUMBER) != before


# -- Published vectors -----------------------------------------------------------------------------------------------


def _use(settings, provider, key, index_provider="SM3", index_key=b"i" * 32):
    settings.FIELD_KEYS = {
        "current": "k",
        "keys": {"k": {"provider": provider, "key": base64.b64encode(key).decode()}},
        "index": {"provider": index_provider, "key": base64.b64encode(index_key).decode()},
    }
    _forget()


def test_sm4_encrypts_as_the_standard_says():
    """GB/T 32907-2016, appendix A."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    encryptor = Cipher(crypto._CIPHERS["SM4"](key), modes.ECB()).encryptor()
    assert encryptor.update(key).hex().upper() == "681EDF34D206965E86B3E94F536E4246"


def test_sm4_gcm_seals_as_the_rfc_says():
    """RFC 8998, appendix A.1."""
    encryptor = Cipher(
        crypto._CIPHERS["SM4"](bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")),
        modes.GCM(bytes.fromhex("00001234567800000000ABCD")),
    ).encryptor()
    encryptor.authenticate_additional_data(bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
    clear = "".join(letter * 16 for letter in "ABCDEFEA")
    sealed = encryptor.update(bytes.fromhex(clear)) + encryptor.finalize()
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    )
    assert encryptor.tag.hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"


def test_aes_gcm_unseals_a_published_vector(settings):
    """McGrew and Viega, The Galois/Counter Mode of Operation, test case 2."""
    _use(settings, "AES", bytes(16))
    sealed = bytes(12) + bytes.fromhex("0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf")
    assert crypto.unseal(f"k.{base64.b64encode(sealed).decode()}") == "\0" * 16
    _forget()


def test_sm3_digests_as_the_standard_says():
    """GB/T 32905-2016, appendix A.1."""
    digest = hashes.Hash(crypto._HASHES["SM3"]())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_the_blind_index_is_an_hmac_of_sha256(settings):
    """RFC 4231, test case 2."""
    _use(settings, "AES", bytes(16), "SHA256", b"Jefe")
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert crypto.blind_index("what do ya want for nothing?") == expected
    _forget()


def test_the_blind_index_is_an_hmac_of_sm3(settings):
    """RFC 2104, with the hash of GB/T 32905."""
    _use(settings, "SM4", bytes(16), "SM3", b"k" * 32)

    def sm3(*parts):
        digest = hashes.Hash(crypto._HASHES["SM3"]())
        for part in parts:
            digest.update(part)
        return digest.finalize()

    padded = (b"k" * 32).ljust(64, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in padded), b"abc")
    assert crypto.blind_index("abc") == sm3(bytes(byte ^ 0x5C for byte in padded), inner).hex()
    _forget()

import base64

import pytest
from cryptography.exceptions import InvalidTag

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
    crypto._index_key.cache_clear()


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

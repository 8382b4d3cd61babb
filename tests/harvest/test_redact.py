"""No key that a source echoes is kept."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricator.harvest.redact import redact

SAMPLES = Path(__file__).parents[2] / "../shared/samples"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"apikey":"k3y","success":true}', b'{"apikey":"REDACTED","success":true}'),
        (b'{"apiKey" : "k3\\"y"}', b'{"apiKey" : "REDACTED"}'),
        (b'{"params":{"wskey":["k3y"]}}', b'{"params":{"wskey":["REDACTED"]}}'),
        (b'"https://a/x.json?wskey=k3y"', b'"https://a/x.json?wskey=REDACTED"'),
        (b'"https://a/x.json?wskey=k3y&rows=1"', b'"https://a/x.json?wskey=REDACTED&rows=1"'),
        (b'"https://a/x.json?q=1\\u0026wskey=k3y\\u0026rows=1"', b'"https://a/x.json?q=1\\u0026wskey=REDACTED\\u0026rows=1"'),
        (b"<a href='/x?q=1&amp;apikey=k3y&amp;r=1'/>", b"<a href='/x?q=1&amp;apikey=REDACTED&amp;r=1'/>"),
        (b"<a>http://a/?api_key=k3y</a>", b"<a>http://a/?api_key=REDACTED</a>"),
        (b"see http://a/?wskey=k3y.x#top or", b"see http://a/?wskey=REDACTED#top or"),
        (b"?u=http%3A%2F%2Fa%2F%3Fwskey%3Dk3y%26r%3D1&v", b"?u=http%3A%2F%2Fa%2F%3Fwskey%3DREDACTED%26r%3D1&v"),
        (b"%253Fq%253D1%2526wskey%253Dk3y%2526r", b"%253Fq%253D1%2526wskey%253DREDACTED%2526r"),
        (
            b"?utm_source=api&utm_medium=api&utm_campaign=k3y\"",
            b"?utm_source=api&utm_medium=api&utm_campaign=REDACTED\"",
        ),
        (b"utm_medium%3Dapi%26utm_campaign%3Dk3y", b"utm_medium%3Dapi%26utm_campaign%3DREDACTED"),
    ],
)  # fmt: skip
def test_echoed_keys_are_taken_out_though_nobody_knows_them(content: bytes, expected: bytes) -> None:
    assert expected == redact(content)
    assert expected == redact(expected)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"dc:subject": "apikey", "keyword": "wskey"}',
        b'{"apikey": null, "wskey": ""}',
        b"http://a/?monkey=1&mapikey=2&wskeys=3&wskey=",
        b"?utm_source=newsletter&utm_medium=mail&utm_campaign=spring",
        "Schlüssel (Werkzeug) \N{KEY}".encode(),
        b"\xff\xfe\x00wskey",
    ],
)
def test_what_is_no_key_stays_as_it_is(content: bytes) -> None:
    assert content == redact(content, ["s3cret"])


@pytest.mark.parametrize("secret", ["s3cret", "a/b+c=", "p&q", "with space", "schlüssel", "a.b*(c)"])
@given(before=st.binary(max_size=8), after=st.binary(max_size=8))
def test_a_secret_is_taken_out_in_every_spelling(secret: str, before: bytes, after: bytes) -> None:
    from urllib.parse import quote, quote_plus

    once = quote(secret, safe="")
    for spelling in (secret, once, once.lower() if "%" in once else once, quote_plus(secret), quote(once, safe="")):
        assert before + b"\n" + b"REDACTED" + b"\n" + after == redact(
            before + b"\n" + spelling.encode() + b"\n" + after, [secret]
        )


def test_an_empty_secret_takes_nothing_out() -> None:
    assert b"record" == redact(b"record", ["", ""])


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of real answers are not here")
def test_no_key_is_left_in_real_answers_of_searches_and_they_stay_what_they_were() -> None:
    content = (SAMPLES / "search-api" / "europeana_example.json").read_bytes()
    assert b"test_key" in content

    redacted = redact(content)

    assert b"test_key" not in redacted
    assert json.loads(content.replace(b"test_key", b"REDACTED")) | {"apikey": "REDACTED"} == json.loads(redacted)

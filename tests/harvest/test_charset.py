"""Bytes in all kinds of charsets, declared rightly, wrongly and not at all."""

import pytest

from rubricator.edm.text import utf8
from rubricator.harvest.charset import decode
from rubricator.harvest.record import TURTLE, Repair
from rubricator.harvest.sniff import media_type

WINDOWS = "\u20ac \u201ccaf\u00e9\u201d"


def declared(charset: str) -> str:
    return f'<?xml version="1.0" encoding="{charset}"?>'


@pytest.mark.parametrize("charset", ["ISO-8859-1", "latin1", "us-ascii"])
def test_latin_1_is_windows_1252_as_on_the_web(charset: str) -> None:
    content = f"{declared(charset)}<x>{WINDOWS}</x>".encode("cp1252")

    assert (f"<x>{WINDOWS}</x>", Repair("encoding", charset, "cp1252")) == decode(content)
    assert (f"<x>{WINDOWS}</x>".encode(), (Repair("encoding", charset, "cp1252"),)) == utf8(content)


def test_latin_1_that_is_one_needs_no_note() -> None:
    assert ("<x>caf\u00e9</x>", None) == decode(f"{declared('ISO-8859-1')}<x>caf\u00e9</x>".encode("latin-1"))


def test_utf_8_is_read_as_such_whatever_it_declares() -> None:
    content = f"{declared('ISO-8859-1')}<x>{WINDOWS}</x>".encode()

    assert (f"<x>{WINDOWS}</x>".encode(), (Repair("encoding", "ISO-8859-1", "utf-8"),)) == utf8(content)


@pytest.mark.parametrize("charset", ["utf-16-be", "utf-16-le"])
def test_utf_16_is_known_without_a_mark(charset: str) -> None:
    text = "@prefix edm: <http://www.europeana.eu/schemas/edm/> . # caf\u00e9"

    assert TURTLE == media_type(text.encode(charset), "record")
    assert (text.encode(), ()) == utf8(text.encode(charset))


def test_codecs_of_python_that_are_no_charsets_are_not_used() -> None:
    text, repair = decode(f"{declared('punycode')}<x>caf\u00e9</x>".encode())

    assert ("<x>caf\u00e9</x>", Repair("encoding", "punycode", "utf-8")) == (text, repair)

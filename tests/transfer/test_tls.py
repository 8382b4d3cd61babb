"""Certificates are checked for the name, while the connection goes to the address that was checked."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fakes.web import dripping, reply, web_server
from tests.transfer.asking import code_of, fetch


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate for the name localhost (not for its address), made by openssl."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, so there is no certificate to test with")
    certificate, key = str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", key, "-out", certificate]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files],
        check=True,
        capture_output=True,
    )
    return certificate, key


def test_a_certificate_holds_for_its_name_only(certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with web_server(certificate) as web:
        web.answers("/", reply(b"picture"))
        by_name = web.url.replace("127.0.0.1", "localhost")

        assert b"picture" == fetch(f"{by_name}/")
        assert by_name.removeprefix("https://") == web.asked[-1].headers["Host"]
        assert "unreachable" == code_of(f"{web.url}/")


def test_a_certificate_nobody_vouches_for_is_refused(certificate: tuple[str, str]) -> None:
    with web_server(certificate) as web:
        assert "unreachable" == code_of(web.url.replace("127.0.0.1", "localhost") + "/")


def test_the_time_limit_holds_over_tls_too(certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with web_server(certificate) as web:
        url = web.answers("/", dripping(b"HTTP/1.1 200 OK\r\n\r\n")).replace("127.0.0.1", "localhost")

        assert "timeout" == code_of(url, seconds=0.3)

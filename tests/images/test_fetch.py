"""Fetching from a hostile web, over real connections to a loopback server."""

import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from rubricator import __version__
from rubricator.images import ImageError, ImageStore
from rubricator.settings import Settings
from rubricator.transfer.addresses import is_public
from tests.fakes.images import ImageServer, image_server


def code_of(images: ImageStore, url: str) -> str:
    with pytest.raises(ImageError) as caught:
        images.fetch(url)
    return caught.value.code


def test_a_picture_is_captured_with_its_size_and_type(images: ImageStore, web: ImageServer) -> None:
    capture = images.fetch(f"{web.url}/picture.jpg")

    assert ("image/jpeg", 64, 48) == (capture.media_type, capture.width, capture.height)
    assert f"{web.url}/picture.jpg" == capture.source
    assert capture.byte_size == images.path(capture.sha256).stat().st_size


def test_every_request_says_who_asks_and_names_the_host(images: ImageStore, web: ImageServer) -> None:
    images.fetch(f"{web.url}/picture.jpg")

    assert web.user_agents[0].startswith(f"Rubricator/{__version__} ")
    assert [web.url.removeprefix("http://")] == web.hosts


def test_bytes_decide_the_type_whatever_the_header_says(images: ImageStore, web: ImageServer) -> None:
    assert "image/png" == images.fetch(f"{web.url}/png-called-html").media_type
    assert "image-not-an-image" == code_of(images, f"{web.url}/html-called-jpeg")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "image-missing"),
        (410, "image-missing"),
        (401, "image-refused"),
        (403, "image-refused"),
        (500, "image-server-error"),
        (503, "image-server-error"),
        (204, "image-server-error"),
    ],
)
def test_a_status_that_is_no_success_has_a_code(images: ImageStore, web: ImageServer, status: int, code: str) -> None:
    assert code == code_of(images, f"{web.url}/status/{status}")


def test_redirects_are_followed_up_to_the_limit(images: ImageStore, web: ImageServer) -> None:
    assert 64 == images.fetch(f"{web.url}/hops/2").width
    assert "image-too-many-redirects" == code_of(images, f"{web.url}/hops/3")


def test_a_redirect_without_a_target_is_the_servers_error(images: ImageStore, web: ImageServer) -> None:
    assert "image-server-error" == code_of(images, f"{web.url}/redirect-nowhere")


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://user:pw@127.0.0.1/"]
)
def test_a_redirect_cannot_leave_http_or_bring_a_password(images: ImageStore, web: ImageServer, target: str) -> None:
    assert "image-bad-url" == code_of(images, f"{web.url}/redirect?to={target}")


@pytest.mark.parametrize("target", ["http://[bad", "//[bad/x.jpg", "http://h:99999/"])
def test_a_redirect_to_what_is_no_address_is_a_bad_url(images: ImageStore, web: ImageServer, target: str) -> None:
    assert "image-bad-url" == code_of(images, f"{web.url}/redirect-raw?to={target}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "picture.jpg",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://h:0/",
        "http://h:99999/",
        "http://a@b/",
    ],
)
def test_what_is_no_web_address_is_refused(images: ImageStore, url: str) -> None:
    assert "image-bad-url" == code_of(images, url)


def test_a_password_is_not_repeated_in_the_message(images: ImageStore) -> None:
    with pytest.raises(ImageError) as caught:
        images.fetch("http://anna:secret@127.0.0.1/")

    assert "secret" not in str(caught.value)


def test_private_addresses_are_refused_before_any_connection(settings: Settings, web: ImageServer) -> None:
    port = web.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):  # noqa: S104
        assert "image-private-address" == code_of(ImageStore(settings), f"http://{host}:{port}/picture.jpg")
    assert [] == web.hosts


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
        "0.0.0.0",  # noqa: S104 - refused here, not bound to
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fe80::1%lo", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2001:67c:2e8:22::c100:68b", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("directive", ["noai", "noimageai", "noindex, noai", "Rubricator: noai", "NOIMAGEAI"])
def test_a_publisher_who_opts_out_is_heeded(images: ImageStore, web: ImageServer, directive: str) -> None:
    assert "image-opted-out" == code_of(images, f"{web.url}/robots/{directive}")


@pytest.mark.parametrize("directive", ["noindex", "otherbot: noai", "max-image-preview: large", "all"])
def test_other_wishes_of_a_publisher_do_not_concern_us(images: ImageStore, web: ImageServer, directive: str) -> None:
    assert "image/jpeg" == images.fetch(f"{web.url}/robots/{directive}").media_type


def test_a_file_beyond_the_size_limit_is_not_read_to_its_end(images: ImageStore, web: ImageServer) -> None:
    assert "image-too-large" == code_of(images, f"{web.url}/large-announced")
    assert "image-too-large" == code_of(images, f"{web.url}/large-unannounced")
    assert "image-too-large" == code_of(images, f"{web.url}/absurdly-large-announced")


def test_a_transfer_that_breaks_off_is_truncated(images: ImageStore, web: ImageServer) -> None:
    assert "image-truncated" == code_of(images, f"{web.url}/cut-off")


def test_the_time_limit_holds_for_the_whole_transfer(local_settings: Settings, web: ImageServer) -> None:
    hasty = ImageStore(local_settings.model_copy(update={"image_timeout": 0.3}))

    assert "image-timeout" == code_of(hasty, f"{web.url}/drip")


def test_the_time_limit_holds_for_headers_that_never_end(local_settings: Settings) -> None:
    hasty = ImageStore(local_settings.model_copy(update={"image_timeout": 0.3}))
    done = threading.Event()

    def drip_headers(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not done.wait(0.02):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip_headers, args=(listener,))
        thread.start()
        assert "image-timeout" == code_of(hasty, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        done.set()
        thread.join()


def test_nobody_listening_is_unreachable(images: ImageStore, free_port: int) -> None:
    assert "image-unreachable" == code_of(images, f"http://127.0.0.1:{free_port}/picture.jpg")


def test_an_unknown_host_is_unreachable(images: ImageStore) -> None:
    assert "image-unreachable" == code_of(images, "http://no-such-host.invalid/picture.jpg")
    assert "image-unreachable" == code_of(images, "http://zero\0byte.invalid/picture.jpg")


def test_a_host_that_is_not_reached_three_times_is_not_asked_again(images: ImageStore, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}/picture.jpg"
    codes = [code_of(images, url) for _ in range(3)]
    with socket.create_server(("127.0.0.1", free_port)) as listener:
        listener.settimeout(0)
        with pytest.raises(ImageError) as caught:
            images.fetch(url)
        with pytest.raises(BlockingIOError):
            listener.accept()

    assert ["image-unreachable"] * 4 == [*codes, caught.value.code]
    assert f"127.0.0.1:{free_port} did not answer 3 times in a row" in str(caught.value)


def test_a_host_that_never_answers_is_waited_for_three_times(local_settings: Settings) -> None:
    hasty = ImageStore(local_settings.model_copy(update={"image_timeout": 0.1}))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert ["image-timeout"] * 6 == [code_of(hasty, url) for _ in range(6)]
        listener.settimeout(0)
        for _ in range(3):
            listener.accept()[0].close()
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_slow_picture_does_not_make_its_host_a_silent_one(local_settings: Settings, web: ImageServer) -> None:
    hasty = ImageStore(local_settings.model_copy(update={"image_timeout": 0.3}))

    assert ["image-timeout"] * 3 == [code_of(hasty, f"{web.url}/drip") for _ in range(3)]
    assert 64 == hasty.fetch(f"{web.url}/picture.jpg").width


def test_a_failed_fetch_leaves_nothing_in_the_cache(
    images: ImageStore, local_settings: Settings, web: ImageServer
) -> None:
    for path in ("html-called-jpeg", "cut-off", "large-unannounced", "status/404"):
        code_of(images, f"{web.url}/{path}")

    assert [] == list(local_settings.image_dir.rglob("*"))


def test_the_environments_proxy_is_not_asked(
    images: ImageStore, web: ImageServer, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port}")

    assert 64 == images.fetch(f"{web.url}/picture.jpg").width


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate for the name localhost (not for its address), made by openssl."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, so there is no certificate to test with")
    files = (str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem"))
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            *names,
            "-out",
            files[0],
            "-keyout",
            files[1],
        ],
        check=True,
        capture_output=True,
    )
    return files


def test_tls_is_verified_for_the_name_while_the_address_is_the_checked_one(
    images: ImageStore, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with image_server(certificate) as web:
        by_name = web.url.replace("127.0.0.1", "localhost")

        assert 64 == images.fetch(f"{by_name}/picture.jpg").width
        assert by_name.removeprefix("https://") == web.hosts[-1]
        assert "image-unreachable" == code_of(images, f"{web.url}/picture.jpg")


def test_a_certificate_nobody_vouches_for_is_refused(images: ImageStore, certificate: tuple[str, str]) -> None:
    with image_server(certificate) as web:
        assert "image-unreachable" == code_of(images, web.url.replace("127.0.0.1", "localhost") + "/picture.jpg")

"""One Chromium for many pages, driven by the DevTools protocol over a pipe, with no network but loopback.

What is evaluated so is not held by the policy of the page, which lets no injected script run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from select import select
from time import monotonic
from typing import Any

from tests.service.browsing import CHROMIUM, FLAGS

_SECONDS = 60.0
_RENUMBER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)
_FLAGS = [flag for flag in FLAGS if not flag.startswith(("--virtual-time", "--enable-logging"))]


class Browser:
    """One tab. Every wait ends after a minute, with a TimeoutError."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self._happened: list[Mapping[str, Any]] = []
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self("Page.enable")
        self("Network.enable")

    def __call__(self, method: str, **parameters: object) -> Any:
        """The result of one command (https://chromedevtools.github.io/devtools-protocol/)."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        session = {} if self._session is None else {"sessionId": self._session}
        os.write(self._to, json.dumps(message | session).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._happened.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def resize(self, width: int, scheme: str = "light") -> None:
        """Make the window so many pixels wide; ``scheme`` is light or dark."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address: str) -> list[str]:
        """Go to a page, wait until it and its pictures are there, and give the addresses that it asked for."""
        self._happened.clear()
        self("Page.navigate", url=address)
        while not any(one.get("method") == "Page.loadEventFired" for one in self._happened):
            self._happened.append(self._next())
        sent = (one["params"] for one in self._happened if one.get("method") == "Network.requestWillBeSent")
        return [one["request"]["url"] for one in sent]

    def evaluate(self, script: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        answer = self("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script[:80]))
        return answer["result"].get("value")

    def _next(self) -> Mapping[str, Any]:
        deadline = monotonic() + _SECONDS
        while b"\0" not in self._rest:
            if not select([self._back], [], [], max(0.0, deadline - monotonic()))[0]:
                raise TimeoutError("Chromium says nothing.")
            block = os.read(self._back, 2**20)
            if not block:
                raise EOFError("Chromium has ended.")
            self._rest += block
        text, _, self._rest = self._rest.partition(b"\0")
        message: Mapping[str, Any] = json.loads(text)
        return message


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Chromium for as long as the block lasts. It reads commands from its descriptor 3 and answers on 4."""
    its_in, our_out = os.pipe()
    our_in, its_out = os.pipe()
    flags = [*_FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
    renumbered = [sys.executable, "-c", _RENUMBER, str(its_in), str(its_out), str(CHROMIUM), *flags]
    with subprocess.Popen(renumbered, pass_fds=(its_in, its_out), stderr=subprocess.DEVNULL) as process:
        os.close(its_in)
        os.close(its_out)
        try:
            yield Browser(our_out, our_in)
        finally:
            os.close(our_out)
            os.close(our_in)
            process.terminate()
            process.wait(30)

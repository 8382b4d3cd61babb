"""A site whose base IRI has a path answers below that path, whether a proxy in front strips it or keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True, slots=True)
class Mounted:
    """WSGI middleware; ``root`` is the path of the base IRI, without a slash at its end."""

    application: "WSGIApplication"
    root: str

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["SCRIPT_NAME"] != self.root:  # else whoever calls has taken it off
            environ["SCRIPT_NAME"] = self.root
            if path.startswith(f"{self.root}/"):
                environ["PATH_INFO"] = path.removeprefix(self.root)
        return self.application(environ, start_response)

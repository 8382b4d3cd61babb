"""One typed table of settings, from ``rubricator.toml`` and ``RUBRICATOR_*``. The environment wins over the file."""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl, Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rubricator.errors import UsageError
from rubricator.iris import Iris

FILE = "rubricator.toml"
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Reusability = Literal["open", "restricted", "permission"]
"""Europeana's three classes of rights statements."""
Pictures = Literal["original", "thumbnail"]
Backend = Literal["auto", "torch", "onnx"]
Labels = Literal["one", "several"]
ReviewerRole = Literal["contributor", "reviewer", "curator"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["auto", "json", "text"]
ForwardedHeader = Literal["X-Forwarded-For", "Forwarded"]
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - whoever listens at all addresses is asked at these


class Settings(BaseSettings):
    """Every setting. Names are those of ``rubricator.toml``; in the environment ``RUBRICATOR_`` goes before them."""

    model_config = SettingsConfigDict(env_prefix="RUBRICATOR_", toml_file=FILE, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="Holds the store, raw bytes, images and caches.")
    host: str = Field("127.0.0.1", description="Address the web service listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web service listens on.")
    base: str = Field(
        "", description="Start of every IRI we mint; empty means http://{host}:{port}.", validate_default=False
    )
    commit: str | None = Field(None, description="Commit this software was built from, where no checkout tells it.")
    operator: str = Field("operator", description="Pseudonym of who runs this installation, named in every run.")

    reviewer: str | None = Field(None, description="Name of who reviews; only a pseudonym made from it is kept.")
    reviewer_role: ReviewerRole = Field(
        "reviewer", description="In what capacity: contributor, reviewer or curator; the highest has the last word."
    )

    store_url: AnyHttpUrl | None = Field(
        None, description="A foreign SPARQL server; empty means the embedded Oxigraph."
    )
    store_query_path: str = Field("query", description="Path of the foreign server's query endpoint, below store_url.")
    store_update_path: str = Field("update", description="Path of its update endpoint.")
    store_graph_path: str = Field("store", description="Path of its graph store endpoint.")
    store_token: SecretStr | None = Field(None, description="Bearer token of the store; made on first use when empty.")
    read_only: bool = Field(False, description="Refuse whatever would write to the store, with its token too.")
    snapshot_interval: Positive = Field(1.0, description="Seconds between snapshots of the store, at least.")

    readers: Count = Field(2, description="Reader processes that answer public queries.")
    query_timeout: Positive = Field(30.0, description="Seconds after which a public query is stopped.")
    query_max_rows: Count = Field(1_000_000, description="Most rows or triples in the answer of a public query.")
    query_max_bytes: Count = Field(256 * 2**20, description="Largest answer of a public query, in bytes.")
    buffer_max_bytes: Count = Field(16 * 2**20, description="Largest answer over HTTP/1.0, which is held until whole.")
    graph_timeout: Positive = Field(600.0, description="Seconds after which the download of a whole graph is stopped.")
    query_max_length: Count = Field(2**20, description="Longest public query, in bytes.")
    query_queue: Count = Field(64, description="Public queries that may wait for a reader.")
    reader_memory: Count = Field(2 * 2**30, description="Address space a reader may add while it answers, in bytes.")
    cache_bytes: int = Field(64 * 2**20, ge=0, description="Memory for answers that are kept until the view changes.")
    client_rate: Positive = Field(50.0, description="Requests a second that one client may make for long.")
    client_burst: Count = Field(1000, description="Requests that one client may make at once, before its rate counts.")
    client_requests: Count = Field(32, description="Requests of one client that are answered at the same time.")
    client_queue: Count = Field(16, description="Queries of one client that may wait for a reader.")
    client_errors: Count = Field(30, description="Queries of one client that may fail within a minute.")
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        (), description="Networks (CIDR) of proxies in front, whose word on who asks is believed."
    )
    forwarded_header: ForwardedHeader = Field(
        "X-Forwarded-For", description="Where these proxies say it: X-Forwarded-For or Forwarded."
    )

    service_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Starts of the IRIs that queries may ask by SERVICE; none by default."
    )
    service_private: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Of these, host:port that may lie in a private network or on this machine."
    )
    service_timeout: Positive = Field(10.0, description="Seconds that one request by SERVICE may take in all.")
    service_max_bytes: Count = Field(
        16 * 2**20, description="Most bytes that the SERVICE calls of one query may bring."
    )

    image_timeout: Positive = Field(30.0, description="Seconds that fetching one image may take in all.")
    image_max_bytes: Count = Field(64 * 2**20, description="Largest image file that is fetched, in bytes.")
    image_max_pixels: Count = Field(200_000_000, description="Largest picture that is decoded, in pixels.")
    image_max_redirects: int = Field(5, ge=0, description="Redirects that are followed for one image.")
    allow_private_addresses: bool = Field(False, description="Fetch from private and loopback addresses (tests only).")
    pictures: Pictures = Field(
        "original", description="What is looked at: originals, or Europeana's 400-pixel thumbnails of its items."
    )
    reusability: Annotated[tuple[Reusability, ...], NoDecode] = Field(
        ("open", "restricted"), description="Rights under which pictures are fetched: open, restricted, permission."
    )

    europeana_api: str = Field("https://api.europeana.eu", description="Where Europeana's APIs are.")
    europeana_api_key: SecretStr | None = Field(None, description="Key for Europeana's Search and Record APIs.")
    source_timeout: Positive = Field(
        300.0, description="Seconds that one request to a source may take, retries included."
    )
    source_requests: Count = Field(2, description="Requests to one source at the same time.")
    source_max_bytes: Count = Field(64 * 2**20, description="Largest answer of a source, in bytes.")

    model: str = Field("rubricator-lite", description="open_clip model as name/pretrained tag, or a folder.")
    vocabulary: Path | None = Field(None, description="A SKOS scheme in Turtle in place of the 20 concepts.")
    prompts: Path | None = Field(None, description="A prompt set in Turtle in place of the shipped one.")
    head: Path | None = Field(None, description="A folder that `train` wrote, which decides in place of the prompts.")
    policy: Path | None = Field(None, description="A file that `calibrate` wrote: confidences and thresholds.")
    labels: Labels = Field("one", description="Concepts that a picture may get: one, or several that go together.")
    threshold: float | None = Field(
        None, ge=0, le=1, description="Least confidence of an enrichment; empty means the policy's own thresholds."
    )
    near_miss_floor: float = Field(
        0.05, ge=0, le=1, description="Least confidence at which a concept below threshold is kept as near miss."
    )
    batch_size: Count = Field(32, description="Most images in one forward pass; fewer where memory is short.")
    backend: Backend = Field(
        "auto", description="What runs the model: torch, onnx (ONNX Runtime on the processor), auto: the faster one."
    )

    log_level: LogLevel = Field("INFO", description="Least level that is logged.")
    log_format: LogFormat = Field("auto", description="auto: text on a terminal, JSON elsewhere.")

    @field_validator("europeana_api")
    @classmethod
    def _address(cls, address: str) -> str:
        if not address.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return address.rstrip("/")

    @field_validator("reusability", "trusted_proxies", "service_allow", "service_private", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """``open,restricted`` in the environment; the command line repeats its option."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("service_allow")
    @classmethod
    def _starts(cls, starts: tuple[str, ...]) -> tuple[str, ...]:
        """``https://example.org`` alone would also be the start of ``https://example.org.elsewhere.example``."""
        for start in starts:
            parts = urlsplit(start)
            if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.query:
                raise ValueError("must list addresses with http:// or https:// and a host, without password and query")
        return tuple(start if urlsplit(start).path else f"{start}/" for start in starts)

    @field_validator("service_private")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"(\[[0-9a-f:.]+\]|[^\s/:@\[\]]+):\d{1,5}", host.lower()) for host in hosts):
            raise ValueError("must list hosts with their ports, such as triples.intranet:8890 or [::1]:7878")
        return tuple(host.lower() for host in hosts)

    @field_validator(
        "commit",
        "europeana_api_key",
        "store_url",
        "store_token",
        "vocabulary",
        "prompts",
        "head",
        "policy",
        "threshold",
        mode="before",
    )
    @classmethod
    def _none_if_empty(cls, value: object) -> object:
        """``RUBRICATOR_STORE_TOKEN=`` sets no token; taken as one, it would let everybody in."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        return None if isinstance(text, str) and not text.strip() else value

    @field_validator("base")
    @classmethod
    def _absolute(cls, base: str) -> str:
        if base and not base.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        if base.startswith("http://data.europeana.eu"):
            raise ValueError("must not lie under data.europeana.eu, whose IRIs are Europeana's to mint")
        return base.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic-settings' own
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @cached_property
    def iris(self) -> Iris:
        """Mints IRIs under ``base``, which defaults to the address served, as this machine knows it."""
        host = _HERE.get(self.host, self.host)
        return Iris(self.base or f"http://{f'[{host}]' if ':' in host else host}:{self.port}")

    @property
    def raw_dir(self) -> Path:
        return self.data_dir / "raw"

    @property
    def image_dir(self) -> Path:
        return self.data_dir / "images"

    @property
    def store_dir(self) -> Path:
        return self.data_dir / "store"

    @property
    def tower_dir(self) -> Path:
        """Image towers in the form that a backend wants; it can be deleted at any time."""
        return self.data_dir / "towers"

    @property
    def feature_dir(self) -> Path:
        return self.data_dir / "features"

    @property
    def explanation_dir(self) -> Path:
        return self.data_dir / "explanations"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; ``overrides`` come from command-line options. Raises UsageError naming the first wrong one."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise UsageError(
            f"Setting {name!r} is wrong: {_told(first['type'], first['msg'])}. "
            f"Correct it in {FILE} or RUBRICATOR_{name.upper()}."
        ) from error
    except ValueError as error:
        raise UsageError(f"{FILE} cannot be read: {error}.") from error


def _told(kind: str, message: str) -> str:
    """What is wrong with a setting, without pydantic's own words around it."""
    if kind == "extra_forbidden":
        return "there is none of this name"
    return message.removeprefix("Value error, ").replace("Input should", "it should", 1)

"""The dumps that ``rubricator dumps`` made, for download: whole files that can be gone on with after a break.

They are described as DCAT (https://www.w3.org/TR/vocab-dcat-3/). What a client has got of a file is still good as long
as the file has the same bytes: its ETag is its sha-256, whatever dump it comes from.
"""

import base64
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, send_file
from pyoxigraph import Literal, NamedNode, Triple

from rubricator.dumps import Dump, Dumps
from rubricator.errors import NotFound
from rubricator.rdf import DCAT, DCTERMS, RDFS, SPDX, TYPE, VOID, XSD, integer, timestamp
from rubricator.store.mediatypes import N_QUADS
from rubricator.store.negotiation import with_charset
from rubricator_service.context import Service, service
from rubricator_service.documents.dereference import form_of_suffix
from rubricator_service.documents.formats import DOCUMENT, HTML, write_triples
from rubricator_service.documents.headers import link_headers_at
from rubricator_service.documents.jsonld import compact
from rubricator_service.exchange.licences import RIGHTS, terms_of
from rubricator_service.exchange.made import dumps_made
from rubricator_service.exchange.void import TITLE
from rubricator_service.responses import ASK_AGAIN, chosen, respond

blueprint = Blueprint("dumps", __name__)

_MEDIA = "https://www.iana.org/assignments/media-types/"
_GZIP = "application/gzip"
_SUMS = "SHA256SUMS"


@blueprint.get("/dumps/")
@blueprint.get("/dumps/.<suffix>")
def index(suffix: str = "") -> Response:
    """Which dumps there are, how old and how large."""
    state, form = service(), chosen(DOCUMENT, form_of_suffix(suffix))
    dumps = dumps_made(state)
    triples = sorted(catalogue_triples(state, dumps), key=str)
    if form is HTML:
        body = render_template("dumps.html", dumps=dumps, jsonld=compact(triples)).encode()
    else:
        body = write_triples(triples, form)
    links = link_headers_at(state, f"{state.links.root}/dumps/", types=[DCAT["Catalog"]])
    links.append(f'<{state.links.root}/.well-known/void>; rel="describedby"')
    return respond(body, with_charset(form.media_type), links=links, cache=ASK_AGAIN)


@blueprint.get("/dumps/<name>")
def download(name: str) -> Response:
    """A dump, or a part of it (RFC 9110, section 14); with ``.sha256``, its hash for ``sha256sum -c``."""
    for _ in range(2):  # the second time, if new dumps took the place of these meanwhile
        dumps = dumps_made(service())
        if dumps is None:
            break
        if name == _SUMS:
            return _text(dumps.checksums())
        dump = dumps.named(name.removesuffix(".sha256"))
        if dump is None:
            break
        if name != dump.name:
            return _text(f"{dump.sha256}  {dump.name}\n")
        try:
            return _file(dumps, dump)
        except FileNotFoundError:
            continue
    raise NotFound(f"There is no dump {name}; /dumps/ lists those that there are.")


def _file(dumps: Dumps, dump: Dump) -> Response:
    response = send_file(
        dumps.folder / dump.name,
        mimetype=_GZIP,
        download_name=dump.name,
        as_attachment=True,
        etag=dump.sha256,
        last_modified=dumps.taken,
    )
    response.headers["Cache-Control"] = ASK_AGAIN
    response.headers["Accept-Ranges"] = "bytes"
    digest = base64.b64encode(bytes.fromhex(dump.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    return response


def _text(text: str) -> Response:
    return respond(text.encode(), "text/plain; charset=utf-8", cache=ASK_AGAIN)


def catalogue_triples(state: Service, dumps: Dumps | None) -> Iterator[Triple]:
    """The catalogue, the data set in it, and a distribution for each file."""
    catalogue, dataset = NamedNode(f"{state.iris.base}/dumps/"), state.iris.void_dataset
    yield Triple(catalogue, TYPE, DCAT["Catalog"])
    yield Triple(catalogue, DCTERMS["title"], Literal("Dumps", language="en"))
    yield Triple(catalogue, DCAT["dataset"], dataset)
    yield Triple(dataset, TYPE, DCAT["Dataset"])
    yield Triple(dataset, DCTERMS["title"], Literal(TITLE, language="en"))
    yield Triple(dataset, DCTERMS["rights"], Literal(RIGHTS, language="en"))
    yield Triple(dataset, RDFS["seeAlso"], NamedNode(f"{state.iris.base}/.well-known/void"))
    if dumps is None:
        return
    taken = timestamp(dumps.taken)
    yield Triple(catalogue, DCTERMS["modified"], taken)
    for dump in dumps.dumps:
        file = NamedNode(f"{catalogue.value}{dump.name}")
        yield Triple(dataset, DCAT["distribution"], file)
        yield from _distribution(file, dump)
        yield Triple(file, DCTERMS["modified"], taken)


def _distribution(file: NamedNode, dump: Dump) -> Iterator[Triple]:
    checksum = NamedNode(f"{file.value}#checksum")
    yield Triple(file, TYPE, DCAT["Distribution"])
    yield Triple(file, DCTERMS["title"], Literal(dump.title, language="en"))
    yield from terms_of(file, dump.name.partition(".")[0])
    yield Triple(file, DCAT["downloadURL"], file)
    yield Triple(file, DCAT["mediaType"], NamedNode(f"{_MEDIA}{N_QUADS}"))
    yield Triple(file, DCAT["compressFormat"], NamedNode(f"{_MEDIA}{_GZIP}"))
    yield Triple(file, DCAT["byteSize"], Literal(str(dump.size), datatype=XSD["nonNegativeInteger"]))
    yield Triple(file, VOID["triples"], integer(dump.quads))
    yield Triple(file, SPDX["checksum"], checksum)
    yield Triple(checksum, TYPE, SPDX["Checksum"])
    yield Triple(checksum, SPDX["algorithm"], SPDX["checksumAlgorithm_sha256"])
    yield Triple(checksum, SPDX["checksumValue"], Literal(dump.sha256, datatype=XSD["hexBinary"]))

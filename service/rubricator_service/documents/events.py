"""The page of a retraction, supersession or reinstatement: whether it holds, and which claims and runs it is about."""

from flask import render_template
from pyoxigraph import NamedNode

from rubricator.enrichment.events import read_events
from rubricator.rdf import ENR
from rubricator_service.context import Service, languages
from rubricator_service.documents.jsonld import compact
from rubricator_service.documents.things import thing_page
from rubricator_service.reading.descriptions import Description
from rubricator_service.reading.items import read_fields
from rubricator_service.reading.labels import tail
from rubricator_service.reading.retracted import read_retracted

_SHOWN_CLAIMS = 50


def event_page(service: Service, thing: NamedNode, description: Description) -> str:
    """An event as it stands now: another one may have taken it back."""
    reading, iris = service.reading, service.iris
    events = {event.iri: event for event in read_events(reading, iris)}
    event = events.get(thing)
    if event is None:
        return thing_page(service, thing, description)
    claims = read_retracted(reading, iris, thing, languages(), _SHOWN_CLAIMS) if event.claims else []
    told = Description(one for one in description.triples if one.predicate != ENR["revokes"])
    return render_template(
        "event.html",
        event=event,
        revoked=events[event.revoked] if event.revoked else None,
        fields=read_fields(told, [thing], languages()),
        runs=[iris.run(tail(graph.value)) for graph in event.graphs],
        claims=claims,
        more=(event.claims or 0) > len(claims),
        list=iris.retraction_graph(tail(thing.value)),
        revokes=[events[earlier] for earlier in event.revokes if earlier in events],
        jsonld=compact(description.triples),
    )

"""The properties of Dublin Core and of EDM, so that a misspelt one in a mapping is not taken for one of its own.

Sources: the DCMI Metadata Terms (https://www.dublincore.org/specifications/dublin-core/dcmi-terms/), the definition of
EDM, and what Europeana's APIs serve (``mappings/europeana-api.context.jsonld``).
"""

from difflib import get_close_matches

from rubricator.rdf import DC, DCTERMS, EDM

_LOCAL_NAMES = {
    DC: """contributor coverage creator date description format identifier language publisher relation rights source
        subject title type""",
    DCTERMS: """abstract accessRights accrualMethod accrualPeriodicity accrualPolicy alternative audience available
        bibliographicCitation conformsTo contributor coverage created creator date dateAccepted dateCopyrighted
        dateSubmitted description educationLevel extent format hasFormat hasPart hasVersion identifier
        instructionalMethod isFormatOf isPartOf isReferencedBy isReplacedBy isRequiredBy isVersionOf issued language
        license mediator medium modified provenance publisher references relation replaces requires rights rightsHolder
        source spatial subject tableOfContents temporal title type valid""",
    EDM: """acronym aggregatedCHO begin codecName collectionName completeness componentColor confidenceLevel country
        currentLocation dataProvider datasetName end europeanaProxy happenedAt hasColorSpace hasMet hasType hasView
        incorporates intermediateProvider isAnnotationOf isDerivativeOf isNextInSequence isRelatedTo isRepresentationOf
        isShownAt isShownBy isSimilarTo isSuccessorOf landingPage language object occurredAt pid preview
        provider realizes rights spatialResolution type ugc unstored uri userTag wasGeneratedBy wasPresentAt year""",
}
TERMS = {f"{space.prefix}:{name}" for space, names in _LOCAL_NAMES.items() for name in names.split()}


def nearest_term(iri: str) -> str | None:
    """The term that was likely meant, such as ``dc:title``, or None if nothing is wrong with the property ``iri``.

    A term is only wrong if its namespace is one of these, and has no such property.
    """
    for space in _LOCAL_NAMES:
        name = f"{space.prefix}:{iri.removeprefix(str(space))}"
        if iri.startswith(str(space)) and name not in TERMS:
            return get_close_matches(name, sorted(TERMS), n=1, cutoff=0)[0]
    return None

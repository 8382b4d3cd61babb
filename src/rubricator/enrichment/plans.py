"""The plans that a run followed, as triples of the ledger: what it could fetch, and what it could claim."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from rubricator.enrichment.labelled import labelled_dataset, labelled_triples
from rubricator.enrichment.policy import ConceptThreshold, DecisionPolicy, PicturePolicy
from rubricator.iris import Iris
from rubricator.rdf import DCTERMS, ENR, PROV, TYPE, decimal, integer
from rubricator.vocabulary import Concept, Vocabulary


def policy_triples(policy: DecisionPolicy, vocabulary: Vocabulary, iris: Iris) -> Iterator[Triple]:
    """What claims were decided by, with the evidence for each threshold."""
    iri = iris.thing("policy", policy.sha256[:12])
    yield Triple(iri, TYPE, PROV["Entity"])
    yield Triple(iri, TYPE, PROV["Plan"])
    yield Triple(iri, TYPE, ENR["DecisionPolicy"])
    yield Triple(iri, ENR["sha256"], Literal(policy.sha256))
    yield Triple(iri, ENR["minimumConfidence"], decimal(policy.least))
    yield Triple(iri, ENR["nearMissFloor"], decimal(policy.near_miss_floor))
    yield Triple(iri, ENR["labels"], Literal(policy.labels))
    yield Triple(iri, ENR["maxConceptsPerImage"], integer(policy.max_concepts))
    yield Triple(iri, ENR["maxNearMissesPerImage"], integer(policy.max_near_misses))
    yield Triple(iri, ENR["calibrated"], Literal(policy.calibrated))
    if policy.evidence:
        yield Triple(iri, ENR["calibrationEvidence"], Literal(policy.evidence, language="en"))
    if calibration := policy.calibration:
        yield Triple(iri, ENR["calibrationSha256"], Literal(calibration.sha256))
        yield Triple(iri, ENR["scale"], decimal(calibration.scale))
        if calibration.other is not None:
            yield Triple(iri, ENR["otherBias"], decimal(calibration.other))
        for slug, bias in calibration.biases:
            yield from _part_triples(iri, vocabulary.by_slug(slug), iris)
            yield Triple(iris.part(iri, slug), ENR["bias"], decimal(bias))
    if policy.threshold_evidence:
        yield Triple(iri, ENR["thresholdEvidence"], Literal(policy.threshold_evidence, language="en"))
    if policy.precision is not None:
        yield Triple(iri, ENR["promisedPrecision"], decimal(policy.precision))
    if policy.dataset_sha256:
        yield Triple(iri, PROV["wasDerivedFrom"], labelled_dataset(policy.dataset_sha256, iris))
        yield from labelled_triples(policy.dataset_sha256, iris)
    for threshold in policy.thresholds:
        yield from _threshold_triples(threshold, vocabulary.by_slug(threshold.concept), iri, iris)
    for one, other in policy.exclusions:
        for slug in (one, other):
            yield from _part_triples(iri, vocabulary.by_slug(slug), iris)
        yield Triple(iris.part(iri, one), ENR["excludes"], iris.part(iri, other))


def _part_triples(policy: NamedNode, concept: Concept, iris: Iris) -> Iterator[Triple]:
    """What a policy says of one concept is a part of it."""
    part = iris.part(policy, concept.slug)
    yield Triple(policy, DCTERMS["hasPart"], part)
    yield Triple(part, ENR["forConcept"], concept.body)


def _threshold_triples(
    threshold: ConceptThreshold, concept: Concept, policy: NamedNode, iris: Iris
) -> Iterator[Triple]:
    node = iris.part(policy, concept.slug)
    yield from _part_triples(policy, concept, iris)
    yield Triple(policy, ENR["threshold"], node)
    if threshold.least is not None:
        yield Triple(node, ENR["minimumConfidence"], decimal(threshold.least))
    if threshold.precision is not None:
        yield Triple(node, ENR["measuredPrecision"], decimal(threshold.precision))
    yield Triple(node, ENR["coverage"], decimal(threshold.coverage))
    yield Triple(node, ENR["pictureCount"], integer(threshold.pictures))
    if threshold.reason:
        yield Triple(node, DCTERMS["description"], Literal(threshold.reason, language="en"))


def picture_policy_triples(policy: PicturePolicy, iri: NamedNode) -> Iterator[Triple]:
    """Which pictures could be fetched."""
    yield Triple(iri, TYPE, PROV["Entity"])
    yield Triple(iri, TYPE, PROV["Plan"])
    yield Triple(iri, TYPE, ENR["PicturePolicy"])
    yield Triple(iri, ENR["sha256"], Literal(policy.sha256))
    yield Triple(iri, ENR["pictures"], Literal(policy.pictures))
    for allowed in sorted(policy.reusability):
        yield Triple(iri, ENR["reusability"], Literal(allowed))

"""What our own writers say conforms to the shapes, and each thing that can be wrong with it is named, and it alone."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from pyoxigraph import Quad, Store, Triple

from rubricator.edm.validate import shapes_file, validate
from rubricator.enrichment.run import RunInputs
from rubricator.iris import Iris
from rubricator.rdf import SPARQL_PREFIXES
from tests.enrichment.conftest import CALIBRATED, ledger

pytest.importorskip("pyshacl", reason="the extra 'check' is not installed")


def findings(triples: Iterable[Triple], shapes: str) -> list[str]:
    return [finding.message for finding in validate(triples, shapes_file(shapes))]


def spoil(triples: list[Triple], update: str) -> list[Triple]:
    """The triples after an update that must change them."""
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    store.update(SPARQL_PREFIXES + update)
    spoilt = [quad.triple for quad in store]
    assert set(triples) != set(spoilt)
    return spoilt


@pytest.mark.parametrize("shapes", ["enrichment", "classifier"])
def test_the_ledger_of_a_calibrated_and_trained_classifier_conforms(shapes: str, told: list[Triple]) -> None:
    assert [] == findings(told, shapes)


@pytest.mark.parametrize("shapes", ["enrichment", "classifier"])
def test_the_ledger_of_a_prompted_classifier_that_nobody_calibrated_conforms(
    shapes: str, inputs: RunInputs, iris: Iris
) -> None:
    assert [] == findings(ledger(inputs, iris), shapes)


def test_a_calibrated_policy_with_one_threshold_for_all_conforms(inputs: RunInputs, iris: Iris) -> None:
    plain = replace(CALIBRATED, thresholds=(), precision=None, threshold_evidence=None, labels="one", exclusions=())

    assert [] == findings(ledger(replace(inputs, policy=plain), iris), "classifier")


def test_an_explanation_conforms(explained: list[Triple]) -> None:
    assert [] == findings(explained, "explanation")


RUNS = [
    ("DELETE WHERE { ?x a enr:PromptSet }", "A run uses exactly one prompt set."),
    (
        "INSERT { ?run prov:used <http://e.test/other> . <http://e.test/other> a enr:Head } WHERE { ?run a enr:Run }",
        "A run uses at most one head.",
    ),
    (
        "DELETE { ?run prov:endedAtTime ?end } INSERT { ?run prov:endedAtTime ?before }"
        'WHERE { ?run a enr:Run ; prov:endedAtTime ?end BIND("2026-11-22T09:00:00Z"^^xsd:dateTime AS ?before) }',
        "A run has one start, not after its end.",
    ),
]


@pytest.mark.parametrize(("update", "message"), RUNS)
def test_what_is_wrong_with_a_run_is_named(update: str, message: str, told: list[Triple]) -> None:
    assert {message} == set(findings(spoil(told, update), "enrichment"))


def without(predicate: str, kind: str, rest: str = "") -> str:
    """The update that takes a predicate from what is of a kind."""
    return f"DELETE {{ ?x {predicate} ?y }} WHERE {{ ?x a {kind} ; {predicate} ?y {rest} }}"


def instead(predicate: str, value: str, kind: str, rest: str = "") -> str:
    """The update that gives a predicate of what is of a kind another value."""
    return (
        f"DELETE {{ ?x {predicate} ?y }} INSERT {{ ?x {predicate} {value} }} "
        f"WHERE {{ ?x a {kind} ; {predicate} ?y {rest} }}"
    )


HASHED = "What decides or was measured has exactly one SHA-256 of 64 lower-case hexadecimal digits."
PROMPTS = "Each part of a prompt set gives at least one prompt for exactly one concept."
THRESHOLD = (
    "A threshold is of one concept and tells its pictures and coverage: claimed from a confidence on, with the "
    "precision that was measured; or never, with the reason."
)
PART = "A part of a policy is of exactly one concept, with one bias at most."
EXCLUDED = "What a part of a policy excludes is another part of it, of another concept."
EVIDENCE = (
    "A calibrated policy, and no other, names its calibration by scale and SHA-256 and the labelled pictures behind "
    "it, and says in a sentence what was measured."
)
PROMISE = (
    "A policy with thresholds of its concepts' own, and no other, is calibrated, promises a precision and says in a "
    "sentence what was kept of it."
)
OF_CONCEPT = "Precision, recall and F1 of a concept, and no other figure, name that concept."
CLAIMED = "DELETE {{ ?t {0} ?y }} WHERE {{ ?p enr:threshold ?t . ?t enr:minimumConfidence ?c ; {0} ?y }}"
FIGURE = "dqv:QualityMeasurement"
TWICE = (
    "INSERT {{ ?x prov:used enr:copy . enr:copy ?p ?o }} "
    "WHERE {{ ?x a enr:Evaluation ; prov:used ?y . ?y a {0} ; ?p ?o }}"
)
USED = "DELETE {{ ?x prov:used ?y }} WHERE {{ ?x a {0} ; prov:used ?y . ?y a {1} }}"

CLASSIFIER = [
    *((instead("enr:sha256", "'abc'", f"enr:{kind}"), HASHED) for kind in (
        "Model", "Head", "PromptSet", "DecisionPolicy", "LabelledDataset", "Evaluation")),
    (without("dcterms:title", "enr:Model"), "A model has one name."),
    (without("dcterms:title", "enr:PromptSet"), "A prompt set has a name."),
    (instead("enr:otherPrompt", "'text'", "enr:PromptSet"), "A prompt for something else is a text with its language."),
    ("DELETE { ?part enr:prompt ?y } WHERE { ?x a enr:PromptSet ; dcterms:hasPart ?part . ?part enr:prompt ?y }",
     PROMPTS),
    (without("dcterms:title", "enr:Head"), "A head has one name."),
    (without("dcterms:requires", "enr:Head"), "A head takes the features of exactly one model."),
    (without("prov:wasDerivedFrom", "enr:Head"), "A head began at exactly one model."),
    (without("prov:wasGeneratedBy", "enr:Head"), "A head comes from a training that is described."),
    (instead("prov:endedAtTime", '"2026-11-20T09:00:00Z"^^xsd:dateTime', "enr:Training"),
     "A training has one start, not after its end."),
    (without("prov:endedAtTime", "enr:Training"), "A training that made something has ended, once."),
    (USED.format("enr:Training", "enr:Model"), "A training began with exactly one model."),
    (USED.format("enr:Training", "enr:PromptSet"), "A training began with exactly one prompt set."),
    (USED.format("enr:Training", "enr:LabelledDataset"), "A training learned from exactly one labelled data set."),
    ("DELETE { ?s ?p ?o . ?t prov:used ?s } WHERE { ?s enr:use ?use ; ?p ?o . ?t prov:used ?s }",
     "A training names the sources that it learned from."),
    (without("prov:wasAssociatedWith", "enr:Training"), "A training names its software."),
    (instead("enr:method", "'luck'", "enr:Training"), "A training has exactly one method, probe or finetune."),
    (without("enr:seed", "enr:Training"), "A training tells its one seed."),
    (instead("enr:alpha", "1.5", "enr:Training"),
     "A training says how far it went from the prompts: one xsd:decimal from 0 to 1."),
    ("INSERT { ?x enr:energy -0.5 } WHERE { ?x a enr:Training }",
     "The energy of a training is one xsd:decimal of kilowatt hours."),
    (instead("enr:use", "'evaluate'", "prov:Entity"),
     "A source that was learned from is there for training (train), or text and data mining (train-tdm)."),
    (without("dcterms:isPartOf", "prov:Entity"),
     "A source that was learned from is part of exactly one labelled data set."),
    ("INSERT { ?t prov:used ?s } WHERE { ?s enr:use ?use BIND(enr:other AS ?t) }",
     "What is said of a source is said for exactly one training."),
    (without("dcterms:title", "prov:Entity", "; enr:use ?use"), "A source that was learned from has a name."),
    (without("dc:publisher", "prov:Entity"), "A source that was learned from names its repository."),
    (without("dc:rights", "prov:Entity", "; enr:use ?use"), "A source that was learned from names its licence."),
    (instead("enr:count", "0", "prov:Entity"), "A source that was learned from says how many of its pictures were."),
    (instead("enr:minimumConfidence", "1.2", "enr:DecisionPolicy"), "A policy has one threshold from 0 to 1."),
    (instead("enr:nearMissFloor", "0.1e0", "enr:DecisionPolicy"),
     "The floor for near misses is one xsd:decimal from 0 to 1."),
    ("INSERT { ?x enr:labels 'all' } WHERE { ?x a enr:DecisionPolicy }",
     "A policy says whether it claims one concept of a picture, or several."),
    (instead("enr:promisedPrecision", "1.2", "enr:DecisionPolicy"),
     "What a policy promises is one precision from 0 to 1."),
    *((CLAIMED.format(predicate), THRESHOLD) for predicate in (
        "enr:measuredPrecision", "enr:coverage", "enr:pictureCount")),
    ("DELETE { ?t dcterms:description ?y } WHERE { ?p enr:threshold ?t . ?t dcterms:description ?y }", THRESHOLD),
    ("INSERT { ?t dcterms:description 'but'@en } WHERE { ?p enr:threshold ?t . ?t enr:minimumConfidence ?c }",
     THRESHOLD),
    ("INSERT { ?part enr:bias 9.5 } WHERE { ?part enr:bias ?one }", PART),
    ("INSERT { ?part enr:excludes ?part } WHERE { ?part enr:excludes ?one }", PART),
    ("DELETE { ?part enr:excludes ?y } INSERT { ?part enr:excludes ?body } "
     "WHERE { ?part enr:excludes ?y . ?y enr:forConcept ?body }", EXCLUDED),
    (instead("enr:labels", "'one'", "enr:DecisionPolicy", "; enr:threshold ?own"),
     "Only a policy that may claim several concepts says which exclude each other."),
    *((without(predicate, "enr:DecisionPolicy"), EVIDENCE) for predicate in (
        "enr:calibrationSha256", "enr:scale", "enr:calibrationEvidence", "prov:wasDerivedFrom")),
    *((without(predicate, "enr:DecisionPolicy"), PROMISE) for predicate in (
        "enr:promisedPrecision", "enr:thresholdEvidence", "enr:threshold")),
    (instead("prov:endedAtTime", '"2026-11-20T09:00:00Z"^^xsd:dateTime', "enr:Evaluation"),
     "An evaluation has one start, not after its end."),
    (without("prov:endedAtTime", "enr:Evaluation"), "An evaluation that found something has ended, once."),
    (without("enr:imageCount", "enr:Evaluation"), "An evaluation says on how many pictures."),
    (USED.format("enr:Evaluation", "enr:Model"), "An evaluation is of exactly one model."),
    (TWICE.format("enr:Head"), "An evaluation is of at most one head."),
    (USED.format("enr:Evaluation", "enr:PromptSet"), "An evaluation is of exactly one prompt set."),
    (TWICE.format("enr:DecisionPolicy"), "An evaluation judges by at most one decision policy."),
    (USED.format("enr:Evaluation", "enr:VocabularyVersion"),
     "An evaluation is by exactly one version of the vocabulary."),
    (USED.format("enr:Evaluation", "enr:LabelledDataset"), "An evaluation is on exactly one labelled data set."),
    (without("prov:wasAssociatedWith", "enr:Evaluation"), "An evaluation names its software."),
    (without("dqv:isMeasurementOf", FIGURE), "A figure is of exactly one metric."),
    (instead("dqv:value", "0.5e0", FIGURE), "A figure has exactly one value, an xsd:decimal."),
    (instead("dqv:computedOn", "enr:nothing", FIGURE), "A figure is of exactly one model, or of one head."),
    (instead("enr:intervalLow", "0.95", FIGURE),
     "The lower end of an interval is one xsd:decimal, not above the upper end."),
    ("INSERT { ?x enr:intervalHigh 0.95 } WHERE { ?x enr:intervalHigh ?y }",
     "The upper end of an interval is one xsd:decimal."),
    (without("enr:intervalHigh", FIGURE), "An interval has both ends."),
    (without("prov:wasDerivedFrom", FIGURE), "A figure names the one labelled data set that it was measured on."),
    (without("prov:wasGeneratedBy", FIGURE), "A figure comes from exactly one evaluation."),
    (without("enr:forConcept", FIGURE), OF_CONCEPT),
    ("INSERT { ?x enr:forConcept enr:map } WHERE { ?x dqv:isMeasurementOf enr:accuracy }", OF_CONCEPT),
    (instead("dqv:isMeasurementOf", "enr:luck", FIGURE, "; enr:intervalLow ?low"), OF_CONCEPT),
]  # fmt: skip


@pytest.mark.parametrize(("update", "message"), CLASSIFIER)
def test_what_is_wrong_with_a_classifier_is_named(update: str, message: str, told: list[Triple]) -> None:
    assert {message} == set(findings(spoil(told, update), "classifier"))


CONSIDERED = "An explanation is of exactly one concept, with its confidence and raw score."
SIMILAR = "A similar picture is one picture (oa:hasSource) of one item (oa:hasScope), with its capture and the cosine."
PARTS = "DELETE {{ ?part {1} ?y }} WHERE {{ ?x {0} ?part . ?part {1} ?y }}"
EXPLANATION = [
    (without("prov:wasDerivedFrom", "enr:Explanation"), "An explanation is of exactly one image capture."),
    ("INSERT { ?x enr:explains enr:more } WHERE { ?x a enr:Explanation }",
     "An explanation explains one claim or near miss at most."),
    (without("dcterms:creator", "enr:Explanation"), "An explanation names the software that made it."),
    (without("dcterms:created", "enr:Explanation"), "An explanation says when it was made."),
    (without("enr:considered", "enr:Explanation"), CONSIDERED),
    *((PARTS.format("enr:considered", predicate), CONSIDERED) for predicate in (
        "enr:forConcept", "edm:confidenceLevel", "enr:rawScore")),
    (PARTS.format("enr:nearPrompt", "enr:prompt"), CONSIDERED),
    (PARTS.format("enr:runnerUp", "enr:rawScore"), "A runner-up is a concept with its confidence and raw score."),
    ("INSERT { ?x enr:runnerUp ?y } WHERE { ?x enr:considered ?y }",
     "A runner-up is another concept than the one that is explained."),
    *((PARTS.format("enr:similarPicture", predicate), SIMILAR) for predicate in (
        "oa:hasSource", "oa:hasScope", "prov:wasDerivedFrom", "enr:rawScore")),
    ("INSERT { ?x enr:heatMapMethod 'Grad-CAM'@en } WHERE { ?x a enr:Explanation }",
     "How a heat map was made is said once, in a language."),
    ("INSERT { ?x foaf:depiction enr:more } WHERE { ?x a enr:Explanation }",
     "An explanation has one heat map at most."),
    (without("enr:heatMapMethod", "enr:Explanation"), "An explanation with a heat map says how it was made."),
    ("DELETE { ?x enr:heatMapMethod ?y ; foaf:depiction ?z ; rdfs:comment ?c } "
     "WHERE { ?x enr:heatMapMethod ?y ; foaf:depiction ?z ; rdfs:comment ?c }",
     "An explanation without a heat map says why."),
]  # fmt: skip


@pytest.mark.parametrize(("update", "message"), EXPLANATION)
def test_what_is_wrong_with_an_explanation_is_named(update: str, message: str, explained: list[Triple]) -> None:
    assert {message} == set(findings(spoil(explained, update), "explanation"))

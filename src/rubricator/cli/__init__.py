"""The command line. Commands parse options, call one function of another room and print what it returns."""

from rubricator.cli import (
    check,
    demo,
    enrich,
    evaluate,
    explain,
    export,
    harvest,
    harvest_europeana,
    harvest_oai,
    harvest_report,
    models,
    query,
    runs,
    serve,
    status,
    train,
    vocabulary,
)
from rubricator.cli.app import main

__all__ = [
    "check",
    "demo",
    "enrich",
    "evaluate",
    "explain",
    "export",
    "harvest",
    "harvest_europeana",
    "harvest_oai",
    "harvest_report",
    "main",
    "models",
    "query",
    "runs",
    "serve",
    "status",
    "train",
    "vocabulary",
]

"""The dumps that there are, as the front end tells of them; whoever runs the service reads in the log what is wrong."""

import structlog

from rubricator.dumps import Dumps, DumpsDamaged, read_dumps
from rubricator_service.context import Service

log = structlog.get_logger(__name__)


def dumps_made(state: Service) -> Dumps | None:
    """None where there are none. Raises DumpsDamaged where nobody can tell."""
    try:
        return read_dumps(state.settings.data_dir)
    except DumpsDamaged as error:
        log.error("dumps damaged", detail=str(error), cause=repr(error.__cause__))
        raise


def dumps_to_name(state: Service) -> Dumps | None:
    """For what is about more than dumps, and names them if they can be had."""
    try:
        return dumps_made(state)
    except DumpsDamaged:
        return None

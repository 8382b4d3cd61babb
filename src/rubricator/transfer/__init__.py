"""One GET over http(s) from a web that is taken to be hostile; all that comes from outside comes through here."""

from rubricator.transfer.deadline import Deadline
from rubricator.transfer.errors import CODES, TransferError
from rubricator.transfer.get import USER_AGENT, Limits, Response, get
from rubricator.transfer.hosts import SilentHosts

__all__ = ["CODES", "USER_AGENT", "Deadline", "Limits", "Response", "SilentHosts", "TransferError", "get"]

"""What rights statements allow, in Europeana's three classes: open, restricted, and what needs permission. Pure."""

import re

from rubricator.settings import Reusability

CLASSES: tuple[Reusability, ...] = ("open", "restricted", "permission")
"""From the class that allows most to the one that allows least."""

# The lists are those of Europeana's own APIs (corelib, RightReusabilityCategorizer), which calls everything else
# "permission": InC, InC-OW-EU, CNE, rr-f, rr-p, …, and whatever nobody has foreseen. Creative Commons' licences 1.0
# without derivatives and commerce named their conditions in another order.
_OPEN = {
    "creativecommons.org": {"publicdomain/mark", "publicdomain/zero", "licenses/by", "licenses/by-sa"},
}
_RESTRICTED = {
    "creativecommons.org": {
        *("licenses/by-nc", "licenses/by-nc-sa", "licenses/by-nd", "licenses/by-nc-nd", "licenses/by-nd-nc"),
    },
    "rightsstatements.org": {"noc-nc", "noc-oklr", "inc-edu"},
    "europeana.eu": {"out-of-copyright-non-commercial"},
}
# Versions, ports to a country and the page of a language follow the name; none of them changes the class.
_STATEMENT = re.compile(
    r"""https?://(?:www\.)?(?:
        (?P<cc>creativecommons\.org)/(?P<licence>(?:licenses|publicdomain)/[a-z-]+)
      | (?P<rs>rightsstatements\.org)/(?:vocab|page|data)/(?P<statement>[a-z-]+)
      | (?P<eu>europeana\.eu)/(?:portal/)?rights/(?P<legacy>[a-z-]+)(?:\.html)?
    )(?:[/?\#]|$)""",
    re.VERBOSE | re.IGNORECASE,
)

_NO_DERIVATIVES = re.compile(r"creativecommons\.org/licenses/[a-z-]*\bnd\b", re.IGNORECASE)


def reusability(rights: str | None) -> Reusability:
    """The class of a rights statement by its IRI, in any of the spellings that records use.

    http and https, any version, ported or not, deed or legal code, the page or the vocabulary of rightsstatements.org,
    with or without a slash at the end. No rights, and rights that are on no list, need permission.
    """
    found = _STATEMENT.match(rights.strip()) if rights else None
    if found is None:
        return "permission"
    host, name = (part.lower() for part in found.groups() if part is not None)
    if name in _OPEN.get(host, ()):
        return "open"
    return "restricted" if name in _RESTRICTED.get(host, ()) else "permission"


def forbids_changes(rights: str | None) -> bool:
    """Whether this is a licence without derivatives: nothing may be drawn over such a picture and published."""
    return _NO_DERIVATIVES.search(rights or "") is not None

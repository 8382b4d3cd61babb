"""Reads a JSON object that belongs to a model, a head or a policy; what is wrong with it is said in words."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rubricator.errors import RubricatorError


def read_object(file: Path, needed: Sequence[str], wrong: type[RubricatorError], advice: str) -> dict[str, Any]:
    """The object in ``file``, which has at least the ``needed`` keys.

    Raises ``wrong`` with what is the matter, and ``advice`` on what to do.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise wrong(f"There is no file {file}; {advice}.") from error
    except OSError as error:
        raise wrong(f"{file} cannot be read ({error.strerror}); {advice}.") from error
    except ValueError as error:
        raise wrong(f"{file} is no JSON, or was cut off; {advice}.") from error
    if not isinstance(content, dict):
        raise wrong(f"{file} holds no JSON object; {advice}.")
    if missing := [key for key in needed if key not in content]:
        raise wrong(f"{file} has no {' and no '.join(missing)}; {advice}.")
    return content

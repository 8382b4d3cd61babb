"""Where in a list a harvest stands, which is what its checkpoints remember."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Position:
    """Before the page that the resumption token ``token`` leads to, or before the first if it is empty.

    ``began`` is the moment of the list's first answer by the server's clock; ``met`` counts the records that came
    before.
    """

    token: str = ""
    began: str = ""
    met: int = 0

    def __str__(self) -> str:
        return f"{self.began} {self.met} {self.token}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """From what ``str`` made. Raises ValueError."""
        began, met, token = text.split(" ", 2)
        return cls(token, began, int(met))

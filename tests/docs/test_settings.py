import re
from pathlib import Path

from rubricator.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


def test_the_settings_page_lists_every_setting_with_its_default_and_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? ?\| (.*) \|$", (DOCS / "settings.md").read_text(), re.MULTILINE)

    expected = [
        (name, "" if field.default in (None, "") else str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]
    assert expected == rows

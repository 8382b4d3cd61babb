"""How much electricity a training took, as codecarbon estimates it for the whole machine. No network, no files."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_SECONDS_BETWEEN = 15


@dataclass(slots=True)
class Energy:
    """``kwh`` is None until the work has ended, and where codecarbon is not installed or could not measure."""

    kwh: float | None = None


@contextmanager
def measured_energy() -> Iterator[Energy]:
    """Estimate the energy of what is done inside, in kilowatt hours.

    Kilowatt hours alone: how much carbon dioxide they stand for depends on a country's grid, which we do not know.
    """
    energy = Energy()
    # It tells what it does in lines of its own; here only the figure counts.
    logging.getLogger("codecarbon").disabled = True
    try:
        from codecarbon import OfflineEmissionsTracker
    except ModuleNotFoundError:
        yield energy
        return
    # Whatever a configuration file of codecarbon's own says: nothing is sent, nothing written.
    tracker = OfflineEmissionsTracker(
        output_methods=[],
        output_handlers=[],
        emissions_endpoint=None,
        electricitymaps_api_token=None,
        allow_multiple_runs=True,
        measure_power_secs=_SECONDS_BETWEEN,
    )
    tracker.start()
    try:
        yield energy
    finally:
        tracker.stop()
        if measured := getattr(tracker, "final_emissions_data", None):
            energy.kwh = float(measured.energy_consumed)

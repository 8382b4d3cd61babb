"""How much electricity a training took, as codecarbon estimates it for the whole machine. No network, no files."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)
_SECONDS_BETWEEN = 15


@dataclass(slots=True)
class Energy:
    """``kwh`` is None until the work has ended, and where codecarbon is not installed or could not measure."""

    kwh: float | None = None


@contextmanager
def measured_energy() -> Iterator[Energy]:
    """Estimate the energy of what is done inside, in kilowatt hours; what codecarbon fails in is only not measured.

    Kilowatt hours alone: how much carbon dioxide they stand for depends on a country's grid, which we do not know.
    """
    energy = Energy()
    # It tells what it does in lines of its own; here only the figure counts.
    logging.getLogger("codecarbon").disabled = True
    tracker = _started()
    try:
        yield energy
    finally:
        if tracker is not None:
            energy.kwh = _measured(tracker)


def _started() -> Any:
    """A tracker that runs, None without codecarbon or where it does not work on this machine."""
    try:
        from codecarbon import OfflineEmissionsTracker

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
    except ModuleNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - of its sensors: no training ends for want of a figure
        log.warning("The energy is not measured: codecarbon does not start (%s).", error)
        return None
    return tracker


def _measured(tracker: Any) -> float | None:
    try:
        tracker.stop()
        return float(tracker.final_emissions_data.energy_consumed)
    except Exception as error:  # noqa: BLE001 - as above
        log.warning("The energy is not measured: codecarbon does not end (%s).", error)
        return None

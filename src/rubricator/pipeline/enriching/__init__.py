"""From pictures that no run has looked at to the quads of a run."""

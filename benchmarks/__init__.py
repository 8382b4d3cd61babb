"""Measures Rubricator against named baselines in the same run: ``make bench``, or ``python -m benchmarks NAME…``."""

"""Predictions become Web Annotations with provenance: runs, claims, near misses, failures and what the view shows."""

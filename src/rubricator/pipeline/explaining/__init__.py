"""Explains one claim, or what is seen in one picture: finds what it needs in the store and the caches."""

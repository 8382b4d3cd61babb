"""Claims of others: taken in beside ours, with their provenance, and never among what we publish."""

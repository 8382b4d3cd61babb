"""Pages that are about no single thing."""

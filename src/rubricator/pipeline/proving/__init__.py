"""From what the store says now to whether that is what was written, and where a claim came from."""

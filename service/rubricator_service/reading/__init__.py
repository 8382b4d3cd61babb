"""What the store says, read through the readers into plain data."""

"""What is stored, held against the shapes, and the reports of it."""

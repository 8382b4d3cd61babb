"""What every request passes before the application: figures, kept answers, limits, and plain queries."""

"""What people do to claims after their run, and how the published view follows."""

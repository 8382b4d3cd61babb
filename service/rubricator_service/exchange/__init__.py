"""What others take away whole: dumps, the feed of changes, counts and maps of the site."""

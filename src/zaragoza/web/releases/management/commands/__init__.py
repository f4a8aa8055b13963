"""What they do with releases."""

"""What they do with contributions."""

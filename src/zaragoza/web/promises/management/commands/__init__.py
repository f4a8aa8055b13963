"""What they do with promises."""

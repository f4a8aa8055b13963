"""Where an office's places lie: read from its file, checked, made small enough for a page, and kept."""

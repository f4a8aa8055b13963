"""The pages of the site; each answers one question in its first screen."""

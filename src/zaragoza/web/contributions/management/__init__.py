"""Commands of `python -m zaragoza.web`."""

"""What other producers have published, whatever form it comes in, as datasets of one shape."""

from zaragoza.collect.published import statline
from zaragoza.collect.published.dataset import Dataset, combine
from zaragoza.collect.published.observations import observations
from zaragoza.collect.published.read import read, read_message

__all__ = ["Dataset", "combine", "observations", "read", "read_message", "statline"]

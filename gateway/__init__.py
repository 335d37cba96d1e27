"""Role-based access-control gateway for NHS commissioning data."""

__version__ = "0.1.0"

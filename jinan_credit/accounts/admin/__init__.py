"""What the security administrator keeps."""

from jinan_credit.accounts.admin import clients, people, units

__all__ = ["clients", "people", "units"]

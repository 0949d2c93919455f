"""The date and time types of the language: declared, with their methods (guide: "Date/Time Methods")."""

from . import amounts, instants, local_date_times, local_dates, local_times, zoned_date_times, zones

__all__ = ["amounts", "instants", "local_date_times", "local_dates", "local_times", "zoned_date_times", "zones"]

"""Where upper floors add what else waits for a unit beside its tasks."""

from jinan_credit.kernel.panels import Panels

inbox_panels = Panels()

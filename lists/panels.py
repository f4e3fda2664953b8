"""Where upper floors add what they know about an entry or a publication."""

from jinan_credit.kernel.panels import Panels

entry_panels = Panels()
publication_panels = Panels()

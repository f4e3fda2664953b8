"""Where upper floors add what they know about a version of a memorandum, or an edition of the information catalogue."""

from jinan_credit.kernel.panels import Panels

memorandum_panels = Panels()
catalogue_panels = Panels()

"""Where upper floors add what they know about a version of a memorandum."""

from jinan_credit.kernel.panels import Panels

memorandum_panels = Panels()

"""Which of a model's fields tell about a person. A test refuses a field that nobody classified."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Classified:
    """Field names, separated by spaces. public: may be shown to all; internal: staff of the units;
    personal: about a natural person, masked, logged or encrypted."""

    public: str = ""
    internal: str = ""
    personal: str = ""
    _all: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_all", frozenset(f"{self.public} {self.internal} {self.personal}".split()))

    def __contains__(self, name: str) -> bool:
        return name in self._all

    @property
    def names(self) -> frozenset[str]:
        return self._all

def accepts(header: str, coding: str) -> bool:
    """Whether Accept-Encoding lets an answer be sent in this coding (RFC 9110, 12.5.3); `*` is any not named."""
    weights = dict(_weighed(one) for one in header.lower().split(","))
    return weights.get(coding, weights.get("*", 0.0)) > 0


def _weighed(one: str) -> tuple[str, float]:
    """A weight that is no number counts as none: the plain answer can be read by everybody."""
    coding, *parameters = (part.strip() for part in one.split(";"))
    weight = next((value for name, _is, value in (part.partition("=") for part in parameters) if name == "q"), "1")
    try:
        return coding, float(weight)
    except ValueError:
        return coding, 0.0

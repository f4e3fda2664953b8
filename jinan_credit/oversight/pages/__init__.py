"""The pages of figures: each makes its sheets of a scope, with the address of the rows behind every count."""

from jinan_credit.oversight.pages import cases, measures, quality, screenings, supervision, tasks, terms
from jinan_credit.oversight.pages.page import FigurePage

PAGES = {
    page.code: page
    for page in (
        tasks.LEAGUE,
        tasks.WEEKS,
        measures.PAGE,
        measures.REASONS,
        screenings.PAGE,
        terms.PAGE,
        cases.PAGE,
        supervision.PAGE,
        quality.PAGE,
    )
}

__all__ = ["PAGES", "FigurePage"]

"""A step with a hundred thousand entries takes seconds: the button shows that it was pressed, and sends once."""

import pytest

from tests.e2e.conftest import Visits

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PRESS_TWICE = """() => {
  const button = document.querySelector("form[action^='/i18n/'] button");
  let sent = 0;
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent += 1;
    event.preventDefault();  // no answer comes
  });
  button.click();
  button.click();
  const awaited = button.ariaBusy;
  window.dispatchEvent(new Event("pageshow"));
  const shownAgain = button.ariaBusy;
  button.click();
  return [sent, awaited, shownAgain];
}"""


def test_what_was_sent_is_not_sent_again_while_its_answer_is_awaited(visits: Visits) -> None:
    page = visits.open()
    page.goto("/")
    assert page.evaluate(PRESS_TWICE) == [2, "true", None]

"""The regular expressions by which most texts in a form are accepted: yes only where the exact check says yes."""

import re
from itertools import product

from relation_spec.schema.formats import FORMATS, date_time


def test_the_quick_form_of_a_day_knows_the_calendar() -> None:
    """RFC 3339 section 5.7, leap years included."""
    day = FORMATS["date"]
    quick = re.compile(day.quick).fullmatch
    for year, month, last in product(range(10_000), range(14), (0, 1, 28, 29, 30, 31, 32)):
        text = f"{year:04}-{month:02}-{last:02}"
        assert (quick(text) is not None) == day.check(text), text


def test_the_quick_form_of_a_date_time_has_no_year_0() -> None:
    """The years of .NET's DateTime begin with 1; 0 would be a leap year."""
    form = date_time(offset_required=True, fraction_digits=7)
    for text in ("0000-02-29T00:00:00Z", "0000-01-01T00:00:00Z"):
        assert not re.fullmatch(form.quick, text)
        assert not form.check(text)
    assert re.fullmatch(form.quick, "0004-02-29T00:00:00Z")

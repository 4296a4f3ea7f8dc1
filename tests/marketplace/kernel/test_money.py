import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import money
from marketplace.kernel.money import CurrencyMismatch, Money

EUR = "EUR"
amounts = st.integers(min_value=0, max_value=10**12)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12", EUR, 1200),
        ("12.5", EUR, 1250),
        ("12,50", EUR, 1250),
        (" 0.05 ", EUR, 5),
        ("300", "JPY", 300),
        ("1.234", "KWD", 1234),
    ],
)
def test_what_people_type(typed: str, currency: str, minor: int) -> None:
    assert money.parse(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize("typed", ["", "-1", "1.234", "1,2,3", "1e3", "١٢", "12 50", "NaN", "9" * 16, "1.", "€5"])
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(ValueError, match="amount|decimals"):
        money.parse(typed, EUR)


def test_words() -> None:
    assert str(Money(5800, EUR)) == "€58.00"
    assert str(Money(-120_400, EUR)) == "−€1,204.00"
    assert str(Money(5800, "JPY")) == "¥5,800"
    assert Money(5, EUR).plain == "0.05"
    assert Money(-5, EUR).plain == "-0.05"


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, EUR) + Money(1, "USD")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, EUR) < Money(2, "USD")


@pytest.mark.parametrize("wrong", [1.0, True, "1"])
def test_minor_units_are_whole_numbers(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, EUR)  # type: ignore[arg-type]


@given(amounts, st.integers(min_value=0, max_value=100))
def test_a_portion_and_its_rest_are_the_whole(amount: int, percent: int) -> None:
    whole = Money(amount, EUR)
    part = whole.portion(percent, 100)
    assert 0 <= part.amount_minor <= amount
    assert part + (whole - part) == whole
    assert abs(100 * part.amount_minor - amount * percent) <= 50


@given(amounts)
def test_plain_reads_back(amount: int) -> None:
    assert money.parse(Money(amount, EUR).plain, EUR) == Money(amount, EUR)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import money
from marketplace.kernel.money import CurrencyMismatch, Money

EUR = "EUR"
amounts = st.integers(min_value=0, max_value=10**12)
currencies = st.sampled_from(["EUR", "JPY", "KWD", "ISK", "UGX", "HUF"])


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12", EUR, 1200),
        ("12.5", EUR, 1250),
        ("12,50", EUR, 1250),
        (" 0.05 ", EUR, 5),
        ("300", "JPY", 300),
        ("300.00", "JPY", 300),
        ("1.234", "KWD", 1234),
        ("500", "ISK", 50_000),
        ("500,00", "UGX", 50_000),
        ("10.45", "HUF", 1_045),
    ],
)
def test_what_people_type(typed: str, currency: str, minor: int) -> None:
    assert money.parse(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize("typed", ["", "-1", "1.234", "1,2,3", "1e3", "١٢", "12 50", "NaN", "9" * 16, "1.", "€5"])
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(ValueError, match="amount|decimals"):
        money.parse(typed, EUR)


@pytest.mark.parametrize("typed", ["12.5", "1.000", "0.01", "12.0"])
@pytest.mark.parametrize("currency", ["JPY", "ISK", "UGX"])
def test_what_has_no_decimals_is_typed_without(typed: str, currency: str) -> None:
    """A German thousand, "1.000", must never become one."""
    with pytest.raises(ValueError, match="0 decimals"):
        money.parse(typed, currency)


def test_words() -> None:
    assert Money(5, EUR).plain == "0.05"
    assert Money(-5, EUR).plain == "-0.05"
    assert Money(5800, "JPY").plain == "5800"
    assert Money(1_230, "KWD").plain == "1.230"
    assert Money(50_000, "ISK").plain == "500"
    assert Money(50_001, "ISK").plain == "500.01"  # cannot be, and is not hidden if it is
    assert str(Money(-120_400, EUR)) == "EUR -1204.00"


def test_what_stripe_says_of_minor_units() -> None:
    """Each line is a row of docs.stripe.com/currencies."""
    facts = {
        "USD": (2, 2, 1, 1),
        "JPY": (0, 0, 1, 1),
        "KWD": (3, 3, 10, 10),
        "ISK": (2, 0, 100, 100),
        "UGX": (2, 0, 100, 100),
        "HUF": (2, 2, 1, 100),
        "TWD": (2, 2, 1, 100),
    }
    for code, expected in facts.items():
        found = (money.exponent(code), money.decimals(code), money.payable_step(code), money.payout_step(code))
        assert found == expected, code


@pytest.mark.parametrize(
    ("minor", "currency", "is_payable"),
    [(1, EUR, True), (1, "JPY", True), (1_234, "KWD", False), (1_230, "KWD", True), (50, "ISK", False)],
)
def test_what_can_be_paid(minor: int, currency: str, is_payable: bool) -> None:
    assert Money(minor, currency).is_payable is is_payable


def test_a_fee_of_three_percent_can_be_paid() -> None:
    assert Money(99_900, "ISK").share(300) == Money(3_000, "ISK")  # 29.97 krónur
    assert Money(4_440, "KWD").share(300) == Money(130, "KWD")  # 0.1332 dinar
    assert Money(50, "JPY").share(300) == Money(2, "JPY")  # 1.5 yen, half up
    assert Money(4_440, "KWD").portion_up(3, 100) == Money(140, "KWD")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, EUR) + Money(1, "USD")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, EUR) < Money(2, "USD")


@pytest.mark.parametrize("wrong", [1.0, True, "1"])
def test_minor_units_are_whole_numbers(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, EUR)  # type: ignore[arg-type]


@given(amounts, st.integers(min_value=0, max_value=100), currencies)
def test_a_portion_and_its_rest_are_the_whole_and_can_be_paid(amount: int, percent: int, currency: str) -> None:
    step = money.payable_step(currency)
    whole = Money(amount * step, currency)
    part = whole.portion(percent, 100)
    assert 0 <= part.amount_minor <= whole.amount_minor
    assert part + (whole - part) == whole
    assert part.is_payable
    assert (whole - part).is_payable
    assert abs(100 * part.amount_minor - whole.amount_minor * percent) <= 50 * step
    assert 0 <= 100 * whole.portion_up(percent, 100).amount_minor - whole.amount_minor * percent < 100 * step


@given(amounts, currencies)
def test_plain_reads_back(amount: int, currency: str) -> None:
    value = Money(amount * money.payable_step(currency), currency)
    assert money.parse(value.plain, currency) == value

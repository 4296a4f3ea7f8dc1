from dataclasses import dataclass

from marketplace.kernel import events, ids


def test_ids_sort_by_time_and_say_their_version() -> None:
    made = [ids.new_id() for _ in range(50)]
    assert len(set(made)) == 50
    assert {value.version for value in made} == {7}
    assert [value.int >> 80 for value in made] == sorted(value.int >> 80 for value in made)


def test_short_codes_hold_no_letter_that_is_misread() -> None:
    code = ids.short_code(200)
    assert len(code) == 200
    assert not set(code) & set("ILOU")


def test_every_subscriber_of_a_type_is_called_in_order() -> None:
    @dataclass(frozen=True)
    class Fact:
        number: int

    seen: list[tuple[str, int]] = []
    events.subscribe(Fact)(lambda fact: seen.append(("first", fact.number)))
    events.subscribe(Fact)(lambda fact: seen.append(("second", fact.number)))
    assert events.publish(Fact(7)) == 2
    assert seen == [("first", 7), ("second", 7)]

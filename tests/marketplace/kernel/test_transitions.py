import pytest

from marketplace.kernel.transitions import IllegalTransition, Table, Transition

OPEN = Transition("1", frozenset({"shut"}), "open", frozenset({"owner"}), ("open",))
FORCE = Transition("2", frozenset({"shut"}), "open", frozenset({"thief"}), ("broken",))
TABLE = Table((OPEN, FORCE))


def test_the_row_depends_on_the_actor() -> None:
    assert TABLE.find("shut", "open", "owner") is OPEN
    assert TABLE.find("shut", "open", "thief") is FORCE
    assert list(TABLE.actions("shut", "owner")) == [OPEN]


@pytest.mark.parametrize(
    ("state", "action", "actor"), [("open", "open", "owner"), ("shut", "shut", "owner"), ("shut", "open", "cat")]
)
def test_what_no_row_holds_is_one_typed_error(state: str, action: str, actor: str) -> None:
    with pytest.raises(IllegalTransition) as raised:
        TABLE.find(state, action, actor)
    assert (raised.value.state, raised.value.action, raised.value.actor) == (state, action, actor)

import io

import pytest

from marketplace.kernel.ranges import Slice, part_of


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-7", range(93, 100)),
        ("bytes=-500", range(100)),
        ("bytes=100-", range(0)),
        ("", None),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=1-2,4-5", None),
        ("items=1-2", None),
        ("bytes=١-٢", None),
    ],
)
def test_one_range_or_all_of_it(asked: str, part: range | None) -> None:
    found = part_of(asked, 100)
    assert (found if found is None else list(found)) == (part if part is None else list(part))


def test_a_slice_ends_where_it_should() -> None:
    part = Slice(io.BytesIO(bytes(range(100))), range(10, 25))
    assert part.read(10) == bytes(range(10, 20))
    assert part.read(10) == bytes(range(20, 25))
    assert part.read(10) == b""
    assert Slice(io.BytesIO(bytes(range(100))), range(10, 25)).read() == bytes(range(10, 25))

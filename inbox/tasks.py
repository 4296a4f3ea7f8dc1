from datetime import datetime, timedelta

from inbox import collecting
from marketplace.kernel.periodic import periodic


@periodic(every=timedelta(minutes=1))
def collect_letters(at: datetime) -> int:
    """Letters that hold what could wait."""
    return collecting.collect_due(at)

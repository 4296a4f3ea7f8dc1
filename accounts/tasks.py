from datetime import datetime, timedelta

from accounts import skills
from accounts.leaving import exporting
from marketplace.kernel.periodic import periodic


@periodic(every=timedelta(hours=1))
def drop_old_exports(at: datetime) -> int:
    """Copies of people's data that nobody needs any more."""
    return exporting.drop_old(at)


@periodic(every=timedelta(days=1))
def count_skills(at: datetime) -> int:
    """Skills that the settings suggest."""
    return skills.count()

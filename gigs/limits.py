"""How much of everything a gig may hold. The database repeats what it can check."""

from __future__ import annotations

from accounts.contracts import WeeklyHours

TITLE_MIN, TITLE_MAX = 8, 80
DESCRIPTION_MAX, DESCRIPTION_WORDS_MAX = 12_000, 1_200  # of its text, without marks
DESCRIPTION_MIN_TO_PUBLISH = 60
AI_NOTE_MAX = 200
TAGS_MAX, TAG_MAX = 8, 30
PACKAGES_MAX = 3
PACKAGE_NAME_MAX = 30
FEATURES_MAX, FEATURE_LABEL_MAX, FEATURE_VALUE_MAX = 10, 40, 40
EXTRAS_MAX, EXTRA_TITLE_MAX = 6, 60
FAQ_MAX, FAQ_QUESTION_MAX, FAQ_ANSWER_MAX = 8, 120, 600
QUESTIONS_MAX, QUESTION_LABEL_MAX = 10, 120
QUESTION_HELP_MAX, QUESTION_UNIT_MAX, QUESTION_NUMBER_MAX = 200, 20, 20
CHOICES_MAX, CHOICE_MAX = 12, 60
CHECKLIST_MAX, CHECK_MAX = 10, 80

SCOPE_MAX, ANSWER_MAX = 5_000, 500
OFFER_DAYS_MIN, OFFER_DAYS_MAX = 1, 14
STEP_TITLE_MAX = 60
REVIEW_WORDS_MAX, REPORT_MAX = 2_000, 1_000

LISTS_MAX, LIST_NAME_MAX = 50, 60
LIST_ITEMS_MAX, LIST_NOTE_MAX = 2_000, 280  # saved gigs and sellers of one person
SEARCHES_MAX, SEARCH_NAME_MAX = 50, 120

CATEGORY_LEVELS = 3

PROMISE_MAX_MINUTES = 43_200  # 30 days: as long as one charge may be held
REVISIONS_MAX = 20
LANGUAGES_MAX = 12
DISCOUNTS_MAX, DISCOUNT_MAX_PERCENT = 4, 50
QUEUE_MAX = 200
AWAY_MAX_DAYS = 366
QUANTITY_MAX = 20
ORDER_HOURS_BELOW_MINUTES = 1_440  # order hours stretch only promises under a day
SHORTEST_PROMISE_MINUTES = 1
WORK_MAX_MINUTES = PROMISE_MAX_MINUTES  # what a job takes its seller
_MINUTES_A_WEEK = 7 * 1_440


def stretched(minutes: int, hours: WeeklyHours) -> int:
    """About how long work of so many minutes takes by the calendar, where the clock runs only within these hours."""
    open_for = sum(end - start for _day, start, end in hours.spans)
    return minutes * _MINUTES_A_WEEK // open_for if open_for > 0 else PROMISE_MAX_MINUTES + 1

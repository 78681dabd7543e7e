"""How far a notice is filled, in words."""

from detector.incident.notices.notice_values import NoticeStanding
from detector.schema.notices.notice_fields import FieldState
from detector.web.texts import PageTexts


def filled_in_words(standing: NoticeStanding, words: PageTexts) -> str:
    """Say how many fields of a notice there are, and how many are filled, estimated and missing."""
    counts = {state.value: standing.made.count(state) for state in FieldState}
    return words.t("notice-count", all=len(standing.made.fields), **counts)

"""What the pages say: words in one language, problems in words, and unseen characters made visible."""

from detector.web.texts.page_texts import PageTexts, chooser

__all__ = ["PageTexts", "chooser"]

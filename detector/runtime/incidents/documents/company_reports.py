"""Filing a report of the company, about no case: as Markdown, for a second person to approve.

Comes in: a transaction, whoever files it, the text. Goes out: the document.
"""

from datetime import datetime

from detector.rendering import RichText, write_markdown
from detector.runtime.incidents.documents.document_desk import file_document
from detector.schema.case.documents import DocumentKind, FiledDocument, NewDocument
from detector.schema.team.grants import Grant
from detector.store import UnitOfWork


def file_report(unit: UnitOfWork, grant: Grant, text: RichText, *, now: datetime) -> FiledDocument:
    """File a report."""
    new = NewDocument(
        kind=DocumentKind.REPORT,
        language=text.language,
        title=text.title,
        media_type="text/markdown",
        body=write_markdown(text).encode(),
        two_persons=True,
    )
    return file_document(unit, None, grant, new, now=now)

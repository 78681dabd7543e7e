"""Databases: statements and audit trails.

Comes in: nothing. Goes out: the family's table.
"""

from detector.decode.format import Format
from detector.decode.formats.databases import audit_exports, mongodb, mysql, postgresql

FORMATS: tuple[Format, ...] = (
    *postgresql.FORMATS,
    *mysql.FORMATS,
    *mongodb.FORMATS,
    *audit_exports.FORMATS,
)

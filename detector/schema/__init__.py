"""The vocabulary: event columns, finding, alert, incident, message. Values only; no I/O, no engine types.

Every stage imports it and none imports another stage, so what passes between them is named here and nowhere else.
Times are timezone-aware UTC datetimes; identifiers are derived from content, never drawn (``detector.schema.ids``).
"""

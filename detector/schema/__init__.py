"""The vocabulary: event columns, finding, alert, incident, message. Values only; no I/O and no types of libraries.

Every stage imports it, and no stage imports another, so all that passes between stages is defined here. Times are
timezone-aware UTC datetimes; identifiers are derived from content, never random (``detector.schema.ids``).
"""

"""Cut bytes into records: lines, multi-line records, JSON, XML, CSV or braces."""

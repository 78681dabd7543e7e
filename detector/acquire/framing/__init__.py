"""Bytes become records: lines, and records of several lines, JSON, XML, CSV or braces."""

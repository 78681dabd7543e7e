"""Event-time order behind a watermark, whatever order and batches lines come in."""

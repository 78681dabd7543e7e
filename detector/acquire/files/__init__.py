"""Files of a source: discovery, identity and rotation."""

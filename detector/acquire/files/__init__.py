"""Files of one source: which there are, who they are, where they went."""

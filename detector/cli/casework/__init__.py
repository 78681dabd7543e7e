"""Commands about one case: whose data, which duties, which documents, what proof."""

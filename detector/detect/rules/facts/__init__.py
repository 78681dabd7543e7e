"""Facts: columns computed over ordered events for what a Sigma rule cannot ask."""

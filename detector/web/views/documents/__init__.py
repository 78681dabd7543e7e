"""The pages of documents and notices, and of what comes round by the calendar."""

"""Files a company keeps about its clients and people, read row by row (``detector.settings.lists.company_lists``)."""

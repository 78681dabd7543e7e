"""What documents of a case claim, held against what is established; and how they say it. Pure."""

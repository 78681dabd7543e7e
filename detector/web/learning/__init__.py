"""What is learnt: the tab of a case's lessons, and drills with their reports."""

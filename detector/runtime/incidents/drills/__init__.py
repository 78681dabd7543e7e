"""What people do about drills, what drills leave behind: acts, journals, ends, reports."""

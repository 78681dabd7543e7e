"""Letters to clients on their way: handed over by SMTP or Apprise, and what comes back."""

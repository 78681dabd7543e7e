"""What logs show of their house: programs, proxies, domains of accounts, the zone of a clock."""

"""Documents of incidents: filed in versions, approved, sent, with the receipt that ends a duty. Pure."""

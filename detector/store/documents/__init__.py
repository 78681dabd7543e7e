"""Documents as rows: what people file of incidents and of the company."""

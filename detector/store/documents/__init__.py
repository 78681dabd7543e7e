"""What people write of incidents and of the company, as rows: documents, and words on factors of a severity."""

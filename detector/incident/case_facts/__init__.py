"""What is stated of an incident: values as they are kept, and which reading of each fact counts."""

"""Run the pipeline over old lines in event time: own database, nobody paged, the same input gives the same bytes.

Comes in: log files and the configuration. Goes out: findings.jsonl, alerts.jsonl, incidents.jsonl in a folder.

``plan`` says what is to be replayed, ``log_sources`` which file belongs to which source, ``replay`` runs the stages,
``replay_store`` holds what they give, ``write_answers`` makes the three files of it, ``folder`` keeps the folder.
"""

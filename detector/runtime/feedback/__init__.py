"""What people's verdicts teach: how often rules were right, what lowering one changes, what training leaves out.

``judged_incidents`` reads verdicts, ``precision_report`` counts them, ``lowering`` folds kept findings anew,
``confirmed_spans`` keeps leaks out of training.
"""

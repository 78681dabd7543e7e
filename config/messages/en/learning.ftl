# Actions that follow from a case
cli-label-action = action
action-state-open = open
action-state-done = done
action-state-dropped = dropped
incident-entry-action-added = Action { $number } of { $owner }, due { $due }: { $text }
incident-entry-action-changed = Action { $number } was changed; now of { $owner }, due { $due }: { $text }
incident-entry-action-done = Action { $number } is done: { $text }
incident-entry-action-dropped = Action { $number } was dropped: { $text }
web-entry-action-added = action
web-entry-action-changed = action changed
web-entry-action-done = action done
web-entry-action-dropped = action dropped
web-owed-action = action { $what }
notify-owed-action = { $late ->
    [late] OVERDUE since { $time }: action { $what } of this case; see: nabat actions list
   *[due] until { $time }: action { $what } of this case; see: nabat actions list
}
web-actions = Actions
web-actions-hint = What is to be done so that it does not come again; added and finished at the command line: nabat actions add { $number }
web-col-action = Action
web-action-effect = It helped if: { $text }
web-action-seen = Effect: { $text }
web-action-late = overdue

# How long a case took
times-detect = Detected after (MTTD)
times-acknowledge = Acknowledged after (MTTA)
times-contain = Contained after (MTTC)
times-recover = Resolved after (MTTR)
times-none = not known
times-median = median { $median }, longest { $longest }, { $count ->
    [one] one case
   *[other] { $count } cases
}
times-missed = { $name }: due { $due }, done { $late } later
times-missed-open = { $name }: due { $due }, not done, late by { $late }

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
web-actions-hint = What is to be done so that it does not come again, whose it is and by when. Its owner is reminded until it is done, also after the close. Write it without names of clients.
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

# The review of a case
review-title = Review of incident { $number }
review-draft-note = drafted from what is known
review-in-time = { $all ->
    [0] No step with a due time was done yet.
   *[other] In time: { $count } of { $all } steps done that had a due time.
}
review-first-event = First event
review-people = People concerned
review-records = Records
review-classes = Kinds of data
review-not-done = not done
review-question-weak-spot = What made it possible: which weak spot?
review-question-prevented = Why did nothing prevent it?
review-question-sooner = Why was it not noticed sooner?
review-question-persons = What did people contribute, and what led them to it (without names)?
review-question-helped = What helped?
review-question-hindered = What hindered?
review-question-luck = Where was it luck alone?
review-question-consequences = What does it mean for the business?
hypothesis-holds = Holds
hypothesis-refuted = Refuted
hypothesis-open = Open
incident-proof-reviewed = { $document }, version { $version }, approved by { $by }
incident-entry-investigation-hypothesis = Hypothesis { $about }: { $text }
incident-entry-investigation-for = For hypothesis { $about }: { $text }
incident-entry-investigation-against = Against hypothesis { $about }: { $text }
incident-entry-investigation-holds = Hypothesis { $about } holds: { $text }
incident-entry-investigation-refuted = Hypothesis { $about } is refuted: { $text }
incident-entry-investigation-open = Hypothesis { $about } is open: { $text }
incident-entry-investigation-answer = Review, { $about }: { $text }
web-entry-investigation-hypothesis = hypothesis
web-entry-investigation-for = for a hypothesis
web-entry-investigation-against = against a hypothesis
web-entry-investigation-holds = hypothesis holds
web-entry-investigation-refuted = hypothesis refuted
web-entry-investigation-open = hypothesis open
web-entry-investigation-answer = answer of the review

# What a case cost
cost-kind-work = Own work
cost-kind-experts = Outside experts
cost-kind-telling = Telling clients
cost-kind-downtime = Downtime
cost-kind-damages = Damages
cost-kind-fine = Fine
cost-kind-other = Other
cost-removed = taken back by { $by }: { $why }
cost-sum = Cost so far: { $parts } = { $sum }{ $estimated ->
    [none] {""}
   *[other] , of that { $estimated } by estimate
}
cost-budgets = Budgets of its actions: { $sum }
cost-churn = Clients who may leave: { $people } people × { $percent } % × { $value } = { $sums } (share and value as the company reckons them)
cost-no-churn = Clients who may leave: not reckoned (consequences.client_value, consequences.churn_percent, and people concerned)
cost-not-advice = Fines are by the laws' own numbers; what is laid upon you a court decides. Have a lawyer confirm it.
fine-tier-reached = { $identifiers ->
    [0] { $people } people at most; it begins at { $subjects }
   *[other] { $people } people at most; it begins at { $subjects } people or { $identifiers } identifiers
}
fine-turnover = the more of { $fixed } { $currency } and { $percent } % of { $turnover } { $currency } = { $share } { $currency }: at most { $most } { $currency }
fine-turnover-unknown = the more of { $fixed } { $currency } and { $percent } % of the turnover, which is not stated (consequences.turnover)
fine-turnover-other = the more of { $fixed } { $currency } and { $percent } % of { $turnover }, which is another currency
incident-entry-cost-added = Cost { $number } ({ $kind }): { $amount }, { $text }
incident-entry-cost-removed = Cost { $number } ({ $kind }, { $amount }) was taken back: { $text }
web-entry-cost-added = cost
web-entry-cost-removed = cost taken back

# The report of a year
year-title = Report of { $year }
year-summary = { $cases ->
    [0] No case. { $wrong } turned out to be no breach.
    [one] One case; client data was concerned in { $breaches }, of { $people } people. Beside it { $wrong } turned out to be no breach.
   *[other] { $cases } cases; client data was concerned in { $breaches }, of { $people } people. Beside them { $wrong } turned out to be no breach.
}
year-withdrawn = Others had been told of { $told } of these as of a breach; not all of that is withdrawn yet: { $left }.
year-cases = Cases
year-all = All
year-grave = High and critical
year-breaches = With client data
year-people = People concerned, at most
year-missed = Due times missed
year-duties = Duties of the laws: { $sent } fulfilled, { $late } late or missed, { $not_owed } not owed.
year-drills = Drills: { $count }.
year-drills-median = Drills: { $count }; somebody answered after { $span } (median).
year-actions = Actions: { $all }; done { $done }, open { $open } (of these overdue { $late }), dropped { $dropped }.
year-cost = Cost of the cases, as entered: { $sums }
year-budget = Budgets of actions: { $sums }
year-times = Median hours to detect and to acknowledge
year-hours = hours
year-month = Month
year-picture-cases = Cases by month. { $months }.
year-picture-times = Median hours by month. { $months }.

# What `nabat incidents show` and `nabat scope` say. Labels stand in a column of their own.
cli-label-kind = kind
cli-label-opened = opened
cli-label-worse = got worse
cli-label-events = events
cli-label-actor = actor
cli-label-accounts = accounts
cli-label-addresses = addresses
cli-label-clients = clients
cli-label-explained = explained
cli-label-classes = data
cli-label-actions = actions
cli-label-version = scope
cli-label-list = list
cli-label-usual = usual work
cli-label-role = role
cli-label-waits = waits
cli-label-holder = who has it
cli-label-stated = stated
cli-label-because = because
cli-label-other = may also be
cli-label-law = law
cli-label-told = told
cli-label-enisa = ENISA
cli-label-document = document
cli-label-lines = raw lines
cli-label-coverage = coverage
cli-label-related = related
cli-role-held = { $role }: { $person } · accepted { $time }
cli-role-waits = { $role }: { $person } · asked by { $by } { $time }, not accepted yet

cli-worse = { $time }: deadlines count from here
cli-nobody = nobody
cli-nobody-has-to = nobody has to: it is over
cli-over = { $person } over { $target }
cli-became = is { $number }
cli-row = { NUMBER($clients, useGrouping: 0) } { $clients ->
    [one] client
   *[other] clients
}, at least { NUMBER($events, useGrouping: 0) } { $events ->
    [one] event
   *[other] events
}
cli-events-part = { NUMBER($events, useGrouping: 0) } { $events ->
    [one] event
   *[other] events
}
cli-touched = { $clients ->
    [0] no client named by id
    [one] { NUMBER($clients, useGrouping: 0) } client
   *[other] { NUMBER($clients, useGrouping: 0) } clients
} in { cli-events-part }
cli-untouched = no client data seen sent or changed
cli-records = records { NUMBER($low, useGrouping: 0) } named in the logs, at most { NUMBER($high, useGrouping: 0) }
cli-uncounted = { $count ->
    [one] one export or list
   *[other] { NUMBER($count, useGrouping: 0) } exports or lists
} of which the log does not say how many records
cli-records-unknown = the log does not say how many records

# Planned work (`nabat expect`).
expected-state-asked = to review
expected-state-planned = planned
expected-state-running = running
expected-state-ended = ended
expected-state-not-in-force = not in force
expected-why-maker_in_case = covers nothing: an open case is about whoever asked for it or reviewed it; let others ask anew
expected-why-own_account = covers nothing: it is about an account of whoever asked for it or reviewed it; let others ask anew
expected-state-lapsed = lapsed
expected-mark = expected (by { $by }, reviewed by { $other }, until { $until }: { $reason })
expected-mark-unreviewed = asked for (by { $by }, reviewed by nobody, until { $until }: { $reason })
expected-at-most = at most { NUMBER($count, useGrouping: 0) } { $count ->
    [one] client
   *[other] clients
}
expected-covered = covered { NUMBER($count, useGrouping: 0) } { $count ->
    [one] finding
   *[other] findings
}, the largest of { NUMBER($clients, useGrouping: 0) } clients or records

# Feedback (`nabat rules precision`).
precision-head = confirmed     false  expected  precision (95 %)   rule or facet
precision-proposal = { $name }: false alarms, and nobody confirmed it in { NUMBER($days, useGrouping: 0) } days. Lower its level, or disable it.
precision-effect = Without its points { NUMBER($gone, useGrouping: 0) } of { NUMBER($all, useGrouping: 0) } false alarms would not have been incidents, { NUMBER($lost, useGrouping: 0) } of { NUMBER($confirmed, useGrouping: 0) } confirmed ones, { NUMBER($other, useGrouping: 0) } of { NUMBER($others, useGrouping: 0) } others (kept findings folded anew; exact for these).
costs-head = incidents of the last 30 days            opened   handled     false  authorised  nothing said
costs-behaviour = With a finding about behaviour
costs-rules = By rules alone
costs-asked = Behaviour may cost { $asked } false incidents a month.
precision-none = nothing was judged yet: close incidents with a reason

# Models (`nabat models`).
models-in-force = in force
models-size = { NUMBER($windows, useGrouping: 0) } windows of { NUMBER($actors, useGrouping: 0) } actors on { NUMBER($days, useGrouping: 0) } days
models-act-promoted = taken up
models-act-rolled-back = put back
models-act-kept-back = not taken
models-forced = by force
models-no-touches = the access journal holds nothing: there is nothing to compare by
models-span = { $first } - { $last }: { NUMBER($confirmed, useGrouping: 0) } confirmed incidents, { NUMBER($false_alarms, useGrouping: 0) } false alarms
models-head = model           confirmed     false  unjudged
models-not-worse = not worse: it may be taken up
models-worse = worse: { $why }
cli-agenda-next = (next reminder { $time })
cli-oncall-no-rota = there is no rota (notify.rota): the first who holds the role { $role } is called
cli-oncall-away = { $person } is away until { $until }
silences-muted = muted { NUMBER($count, useGrouping: 0) } { $count ->
    [one] finding
   *[other] findings
}
silences-why-maker_left = mutes nothing: { $by } is not on the team any more; whoever needs it makes it anew
silences-why-maker_in_case = mutes nothing: { $by } made it, and an open case is about { $by }; whoever needs it makes it anew
silences-why-own_account = mutes nothing: it is about an account of whoever made or confirmed it; let somebody else make it
silences-why-unconfirmed = mutes nothing yet: a silence of a whole severity takes a second person's word
cli-duty-late = sent after its time

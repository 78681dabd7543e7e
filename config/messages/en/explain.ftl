# What `nabat explain` and the same section of an incident's page say. $value: what was seen; $own: what a usual day of this account
# has (or its busiest hour); $peer: the same of its role.
explain-heading = Compared with other days
explain-nobody = This incident is about no account, session or address: there is nothing to compare.
explain-unreadable = The access journal cannot be read: nothing can be compared.
explain-damaged = A part of the access journal is missing or damaged: what it held is left out here.
explain-kept-since = No touches of client data are kept before { $day }.
explain-fewer = More is kept than is read for this: days before { $day } are left out.
explain-nothing-kept = The access journal is empty: no touch of anybody is kept.
explain-none-of-it = Nothing is kept of what it touched.
explain-none-that-day = Of the days of the incident, nothing is kept of what it touched.
explain-more = { $count ->
    [one] One more actor is left out.
   *[other] { $count } more actors are left out.
}
explain-role = role { $role }
explain-stands-out = What stands out
explain-stands-out-day = What stands out on { $day }
explain-judged = as behaviour judged it
explain-computed = computed from the access journal
explain-nothing-above = Nothing it did that day is above a usual day of its own or of its role.
explain-no-past = It was not active on any earlier day that was read.
explain-similar = Earlier days most like { $day }
explain-similar-hint = Compared are those of { $numbers } numbers of a day that are not 0 on both, on a logarithmic scale; the factor is by how much they differ on average, 1.00 not at all. Looked through: { $days ->
    [one] one earlier day
   *[other] { $days } earlier days
} since { $since }.
explain-apart = { $factor } times apart
explain-none-like = None of them is much like it: the nearest is { $factor } times apart.
explain-this-day = this incident
explain-was-incident = incident { $number }
explain-no-incident = no incident
explain-numbers = touches { $touches }; clients { $clients }, in the busiest hour { $hour }; documents { $documents }; shown in lists { $shown }; exports { $exports }; records taken out { $taken }
explain-colleagues = Colleagues: { $count ->
    [one] one other
   *[other] { $count } others
} of role { $role }, { $days ->
    [one] one day
   *[other] { $days } days
} of theirs.
explain-colleagues-no-role = Colleagues: { $count ->
    [one] one other
   *[other] { $count } others
} of its kind without a role, { $days ->
    [one] one day
   *[other] { $days } days
} of theirs.
explain-no-colleagues = Fewer than five others of its role were active: nothing is said of them.

explain-col-day = Day
explain-col-apart = Times apart
explain-col-touches = Touches
explain-col-clients = Clients
explain-col-hour = In the busiest hour
explain-col-documents = Documents
explain-col-shown = Shown in lists
explain-col-exports = Exports
explain-col-taken = Taken out
explain-col-incident = Incident

explain-chart-title = { $actor }: different clients opened and records taken out a day, { $first } to { $last }
explain-chart-desc = On { $day } it opened { $clients } clients and took { $taken } records out. The most on any other of these days: { $most-clients } clients, { $most-taken } records.
explain-chart-desc-none = Nothing of it is kept for the days of the incident.
explain-panel-clients = clients opened a day
explain-panel-taken = records taken out a day
explain-logarithmic = log scale
explain-legend-incident = ▼ the incident
explain-legend-band = Band: what the middle 80 % of the days of its role lie in (clients { $clients-low } to { $clients-high }, records { $taken-low } to { $taken-high }).
explain-legend-unknown = Grey: not kept, or not read.
explain-legend-uncounted = { $count ->
    [one] Of one export the log does not say how many records: it is not in the bars.
   *[other] Of { $count } exports the log does not say how many records: they are not in the bars.
}
explain-hours-title = { $actor }: touches of client data by day and hour of the clock, { $first } to { $last }
explain-hours-desc = Busiest: { $day }, { $hour }:00 to { $hour }:59, { $touches } touches. In the hours of the incident: { $inside } touches.
explain-hours-caption = Touches by hour of the clock ({ $zone }). The stronger the colour, the more, up to { $highest } in an hour. Outlined: hours of the incident.
explain-days-table = These days as numbers

explain-did-events = touched client data { $value ->
    [one] once
   *[other] { $value } times
} in an hour
explain-did-records = read { $value ->
    [one] one record
   *[other] { $value } records
} in an hour
explain-did-shown = was shown { $value ->
    [one] one record
   *[other] { $value } records
} in searches and lists in an hour
explain-did-exports = exported or printed many records { $value ->
    [one] once
   *[other] { $value } times
} in an hour
explain-did-documents = opened { $value ->
    [one] one document
   *[other] { $value } documents
} in an hour
explain-did-clients = opened { $value ->
    [one] one client
   *[other] { $value } clients
} in an hour
explain-did-shown_day = was shown { $value ->
    [one] one record
   *[other] { $value } records
} in searches and lists that day
explain-did-exports_day = exported or printed many records { $value ->
    [one] once
   *[other] { $value } times
} that day
explain-did-documents_day = opened { $value ->
    [one] one document
   *[other] { $value } documents
} that day
explain-did-clients_day = opened { $value ->
    [one] one client
   *[other] { $value } clients
} that day
explain-did-taken_day = took { $value ->
    [one] one record
   *[other] { $value } records
} out in exports and downloads that day
explain-usual-hour-both = the busiest hour of a usual day of its own has { $own }, in its role { $peer }
explain-usual-hour-own = the busiest hour of a usual day of its own has { $own }
explain-usual-hour-peers = the busiest hour of a usual day in its role has { $peer }
explain-usual-day-both = a usual day of its own has { $own }, in its role { $peer }
explain-usual-day-own = a usual day of its own has { $own }
explain-usual-day-peers = a usual day in its role has { $peer }
explain-usual-unknown = nothing is kept that would say what is usual

# Who may be in an incident beside its actors. $of: clients of the incident that count, or accounts seen at an address;
# $most: what none of the $others accounts it is compared with has more of; $seconds, $own: from one client to the next.
together-heading = Possibly together with
together-hint = These are hints to look at, each with a possible honest reason: a task given to two, a lent desk, a list of callers. They accuse nobody; no incident is opened and no message sent because of them. Ask before you act.
together-none = Nobody else: { $accounts ->
    [0] no other account of a person
    [one] one other account of a person
   *[other] { NUMBER($accounts) } other accounts of people
} that opened clients from { $since } to { $until } { $accounts ->
    [one] has
   *[other] have
} more in common with this than chance would explain.
together-compared = Compared with { $accounts ->
    [one] one other account of a person
   *[other] { NUMBER($accounts) } other accounts of people
} that opened clients from { $since } to { $until }.
together-more = { $count ->
    [one] One more account is left out.
   *[other] { $count } more accounts are left out.
}
together-fewer = So much is kept that fewer days around the incident were read: who acted earlier or later is not here.
together-damaged = A part of the access journal is missing or damaged: whoever it told of may be missing here.
together-unknown = What explains that these clients were opened is not known (the logs are too new, or it is not counted yet): same clients, slices and pace were not looked for.
together-new-places = Too little from before the incident is kept, or can be read, to say who uses which address: only sessions were looked at.
together-also = also incident
together-span = { $first } to { $last }
together-session = was in the same session, { $when }: { $count ->
    [one] one touch
   *[other] { NUMBER($count) } touches
}
together-clients = opened { NUMBER($count) } of the same { $of ->
    [one] one client
   *[other] { NUMBER($of) } clients
}, { $when }
together-unexplained = for { NUMBER($count) } of them nothing explains it
together-others = of the { NUMBER($others) } others it is compared with, nobody has more than { NUMBER($most) }
together-slice = worked through { NUMBER($count) } clients beside the { NUMBER($of) } of the incident in the same register, { $when }; one in { $seconds } s, the incident one in { $own } s
together-address = was at the address { $where }, which { $of ->
    [one] one account uses
   *[other] { $of } accounts use
}, { $when }: { $count ->
    [one] one touch
   *[other] { NUMBER($count) } touches
}
together-agent = used { $agent } at the address { $where }, as { $of ->
    [one] one account does
   *[other] { $of } accounts do
} there, { $when }: { $count ->
    [one] one touch
   *[other] { NUMBER($count) } touches
}
together-own-before = it was there before the incident, whom the incident is about was not
together-pace = opened { NUMBER($count) } clients that nothing explains in the hours of the incident, which has { NUMBER($of) }, { $when }; one in { $seconds } s, the incident one in { $own } s

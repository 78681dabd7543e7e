# Reasons of behaviour. $value: what was seen; $minutes: the window; $high: what the busiest hour (of a -day message: the whole) of a
# usual day of this account has; $peer: the same of its role.
behaviour-span = { $minutes ->
        [60] in an hour
        [one] in one minute
       *[other] in { $minutes } minutes
    }
behaviour-usual = the busiest hour of a usual day has { $high }, in its role { $peer }
behaviour-usual-new = this account has been active on fewer than three days before, too few for a past of its own; the busiest hour of a usual day in its role has { $peer }
behaviour-usual-day = a usual day has { $high }, in its role { $peer }
behaviour-usual-day-new = this account has been active on fewer than three days before, too few for a past of its own; a usual day in its role has { $peer }
behaviour-combination = the combination of what it did is rare (isolation forest), though each alone is not

behaviour-events = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual }
behaviour-events-new = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual-new }
behaviour-records = read { $value ->
        [one] one record
       *[other] { $value } records
    } { behaviour-span }; { behaviour-usual }
behaviour-records-new = read { $value ->
        [one] one record
       *[other] { $value } records
    } { behaviour-span }; { behaviour-usual-new }
behaviour-shown = was shown { $value ->
        [one] one record
       *[other] { $value } records
    } in searches and lists { behaviour-span }; { behaviour-usual }
behaviour-shown-new = was shown { $value ->
        [one] one record
       *[other] { $value } records
    } in searches and lists { behaviour-span }; { behaviour-usual-new }
behaviour-exports = exported or printed many records { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual }
behaviour-exports-new = exported or printed many records { $value ->
        [one] once
       *[other] { $value } times
    } { behaviour-span }; { behaviour-usual-new }
behaviour-documents = opened { $value ->
        [one] one document
       *[other] { $value } documents
    } { behaviour-span }; { behaviour-usual }
behaviour-documents-new = opened { $value ->
        [one] one document
       *[other] { $value } documents
    } { behaviour-span }; { behaviour-usual-new }
behaviour-strangers = of { $of } clients it opened { behaviour-span }, neither it nor its role had dealt with { $value ->
        [one] one
       *[other] { $value }
    }, and no list or neighbour led to them; { behaviour-usual }
behaviour-strangers-new = of { $of } clients it opened { behaviour-span }, neither it nor its role had dealt with { $value ->
        [one] one
       *[other] { $value }
    }, and no list or neighbour led to them; { behaviour-usual-new }
behaviour-new_network = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } within an hour of coming from a network it never came from before; { behaviour-usual }
behaviour-new_network-new = touched client data { $value ->
        [one] once
       *[other] { $value } times
    } within an hour of coming from a network it never came from before; { behaviour-usual-new }
behaviour-waking = woke after a silence longer than any before and opened { $value ->
        [one] one client
       *[other] { $value } clients
    } that neither it nor its role had dealt with; { behaviour-usual }
behaviour-waking-new = woke after a silence longer than any before and opened { $value ->
        [one] one client
       *[other] { $value } clients
    } that neither it nor its role had dealt with; { behaviour-usual-new }
behaviour-clients = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } { behaviour-span }; { behaviour-usual }
behaviour-clients-new = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } { behaviour-span }; { behaviour-usual-new }
behaviour-neighbours = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } new to it whose numbers follow each other { behaviour-span }; { behaviour-usual }
behaviour-neighbours-new = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } new to it whose numbers follow each other { behaviour-span }; { behaviour-usual-new }
behaviour-shown_day = was shown { $value ->
        [one] one record
       *[other] { $value } records
    } in searches and lists since midnight; { behaviour-usual-day }
behaviour-shown_day-new = was shown { $value ->
        [one] one record
       *[other] { $value } records
    } in searches and lists since midnight; { behaviour-usual-day-new }
behaviour-exports_day = exported or printed many records { $value ->
        [one] once
       *[other] { $value } times
    } since midnight; { behaviour-usual-day }
behaviour-exports_day-new = exported or printed many records { $value ->
        [one] once
       *[other] { $value } times
    } since midnight; { behaviour-usual-day-new }
behaviour-documents_day = opened { $value ->
        [one] one document
       *[other] { $value } documents
    } since midnight; { behaviour-usual-day }
behaviour-documents_day-new = opened { $value ->
        [one] one document
       *[other] { $value } documents
    } since midnight; { behaviour-usual-day-new }
behaviour-strangers_day = of { $of } clients it opened since midnight, neither it nor its role had dealt with { $value ->
        [one] one
       *[other] { $value }
    }, and no list or neighbour led to them; { behaviour-usual-day }
behaviour-strangers_day-new = of { $of } clients it opened since midnight, neither it nor its role had dealt with { $value ->
        [one] one
       *[other] { $value }
    }, and no list or neighbour led to them; { behaviour-usual-day-new }
behaviour-clients_day = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } since midnight; { behaviour-usual-day }
behaviour-clients_day-new = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } since midnight; { behaviour-usual-day-new }
behaviour-neighbours_day = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } new to it whose numbers follow each other since midnight; { behaviour-usual-day }
behaviour-neighbours_day-new = opened { $value ->
        [one] one client
       *[other] { $value } clients
    } new to it whose numbers follow each other since midnight; { behaviour-usual-day-new }

# What `nabat verify` says: differences between cases and the chain over them.
chain-of-case = incident { $number }: { $text }
chain-no-chain = the database has no chain over its cases: it was removed, or this is the database of a replay
chain-record-missing = record { $number } of the chain is missing
chain-record-altered = record { $number } of the chain is not what was hashed
chain-record-unlinked = record { $number } of the chain does not follow the record before it
chain-restated = record { $number } says again what { $column } of { $table } { $key } was: the chain was begun anew over a state that had been recorded
chain-unreadable = table { $table }, row { $key }: what stands in column { $column } cannot be read
chain-value = { $table } { $key }: { $column } is { $found }, and { $recorded } was recorded
chain-row-missing = { $table } { $key } is missing
chain-row-added = { $table } { $key } was put in: nothing was recorded of it
chain-head-missing = a head kept elsewhere names record { $number }, and the chain has no such record: its newest records were cut off or altered
chain-seal-missing = no record of the chain has the seal { $seal }: its newest records were cut off or altered
chain-heads-file = { $line ->
    [missing] the file of heads { $file } is missing: the service writes it within a second
   *[other] line { $line } of { $file } is no head, or contradicts a line before it
}
chain-timeline = entry { $number } of the timeline does not follow from the one before, or is not what was hashed
chain-evidence-file = { $why ->
    [missing] the archive's file { $file } is missing
   *[other] the archive's file { $file } is not the one that was written
}
chain-evidence-line = { $file }: the line of event { $event } is not what was copied

# What `nabat evidence` and an incident's page say of the raw lines that are held.
evidence-none-yet = no line was looked for yet
evidence-held = { NUMBER($lines, useGrouping: 0) } { $lines ->
    [one] line
   *[other] lines
} held, { $size }; { $missing ->
    [0] none is missing
    [one] one is missing
   *[other] { NUMBER($missing, useGrouping: 0) } are missing
}
evidence-missing-gone = { NUMBER($lines, useGrouping: 0) }: no file holds them any more (rotated away, removed)
evidence-missing-changed = { NUMBER($lines, useGrouping: 0) }: the file is there, and what stands at their place was altered
evidence-missing-unreadable = { NUMBER($lines, useGrouping: 0) }: the file cannot be read or is damaged
evidence-missing-no-file = { NUMBER($lines, useGrouping: 0) }: from standard input or the system's journal, of which only the latest lines are remembered
evidence-missing-budget = { NUMBER($lines, useGrouping: 0) }: no room left (evidence.max_bytes)

# How well the hours of a case were watched.
coverage-head = How well the hours of its events were watched
coverage-span = { $since } – { $until }, as the lines were read:
coverage-nothing = nothing was measured then: the service did not run, or read these lines later
coverage-source = { $source }: { NUMBER($lines, useGrouping: 0) } { $lines ->
    [one] line
   *[other] lines
}{ $requests ->
    [0] { "" }
    [one] , { NUMBER($requests, useGrouping: 0) } request
   *[other] , { NUMBER($requests, useGrouping: 0) } requests
}; { $said }
coverage-whole = nothing is known to have been missed
coverage-rejects = { NUMBER($count, useGrouping: 0) } { $count ->
    [one] line
   *[other] lines
} could not be read
coverage-late = { NUMBER($count, useGrouping: 0) } came over an hour late
coverage-unmapped = of the requests { NUMBER($count, useGrouping: 0) } fit no route of the record map: whose data they touched is not known
coverage-clock-back = { NUMBER($count, useGrouping: 0) } { $count ->
    [one] line
   *[other] lines
} with a clock that lay behind
coverage-clock-ahead = { NUMBER($count, useGrouping: 0) } { $count ->
    [one] line
   *[other] lines
} with a clock that lay ahead
coverage-silent = silent for up to { $span }
coverage-unwatched = not watched for { $span }: the service did not run, did not know the source, or read its lines later

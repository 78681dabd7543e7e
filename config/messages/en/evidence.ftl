# What `nabat verify` says: differences between cases and the chain over them.
chain-of-case = incident { $number }: { $text }
chain-no-chain = the database has no chain over its cases: it was removed, or this is the database of a replay
chain-record-missing = record { $number } of the chain is missing
chain-record-altered = record { $number } of the chain is not what was hashed
chain-record-unlinked = record { $number } of the chain does not follow the record before it
chain-restated = record { $number } says again what { $column } of { $table } { $key } was: the chain was begun anew over a state that had been recorded
chain-value = { $table } { $key }: { $column } is { $found }, and { $recorded } was recorded
chain-row-missing = { $table } { $key } is missing
chain-row-added = { $table } { $key } was put in: nothing was recorded of it
chain-head-missing = a head kept elsewhere names record { $number }, and the chain has no such record: its newest records were cut off or altered
chain-heads-file = { $line ->
    [missing] the file of heads { $file } is missing: the service writes it within a second
   *[other] line { $line } of { $file } is no head, or contradicts a line before it
}
chain-timeline = entry { $number } of the timeline does not follow from the one before, or is not what was hashed
chain-compared = { $records ->
    [one] one record
   *[other] { $records } records
} and { $heads ->
    [one] one head
   *[other] { $heads } heads
} kept elsewhere compared with the database.
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
evidence-missing-no-file = { NUMBER($lines, useGrouping: 0) }: from standard input or the system's journal, of which nothing is kept
evidence-missing-budget = { NUMBER($lines, useGrouping: 0) }: no room left (evidence.max_bytes)

# Versions of scopes, imported lists of clients, the search for what was before (`nabat scope`, `nabat incidents retro`).

scope-imported = { $count ->
    [one] one client named by imported lists alone
   *[other] { NUMBER($count, useGrouping: 0) } clients named by imported lists alone
}
scope-residence = where they live: { $places }
scope-controller = controller { $name }: clients { $count } ({ $classes })
scope-residence-not-listed = not listed { $count }
scope-entry-imported = { $count ->
    [one] Imported lists name one client more.
   *[other] Imported lists name { $count } clients more.
}
incident-entry-clients-imported = List { $number } imported: { $clients ->
    [one] one client
   *[other] { $clients } clients
} from the file { $file }. Where it comes from: { $source }. Why: { $reason }
incident-entry-import-removed = List { $number } ({ $clients ->
    [one] one client
   *[other] { $clients } clients
}) counts no more: { $reason }

# Why a scope differs from its last version.
scope-why-first = it was counted for the first time
scope-why-later = it went on{ $events ->
    [0] {""}
    [one] : one touch more
   *[other] : { NUMBER($events, useGrouping: 0) } touches more
}
scope-why-earlier = touches from before were found to belong to it
scope-why-actors = { $count ->
    [one] another actor belongs to it: { $who }
   *[other] { $count } more actors belong to it: { $who }
}
scope-why-fewer-actors = { $count ->
    [one] one actor does not belong to it any more
   *[other] { $count } actors do not belong to it any more
}
scope-why-usual = { $count ->
    [one] what touched one client turned out to be usual work
   *[other] what touched { NUMBER($count, useGrouping: 0) } clients turned out to be usual work
}
scope-why-not-counted = { $count ->
    [one] what touched one client is explained by now, or another line tells of the same act
   *[other] what touched { NUMBER($count, useGrouping: 0) } clients is explained by now, or other lines tell of the same acts
}
scope-why-named = { $count ->
    [one] the log names one client of an imported list by now
   *[other] the log names { NUMBER($count, useGrouping: 0) } clients of imported lists by now
}
scope-why-import = list { $number } was imported
scope-why-import-removed = list { $number } counts no more
scope-why-controllers = more is known of whose these clients are, or other than it was
scope-why-residence = more is known of where these clients live, or other than it was
scope-why-known-better = more is known of the same touches

# Versions on the page and at the command line.
scope-version = Version { $number }, { $time }
scope-version-since = since version { $since }: { $added ->
    [0] no client more
    [one] one client more
   *[other] { NUMBER($added, useGrouping: 0) } clients more
}, { $removed ->
    [0] none left out
    [one] one left out
   *[other] { NUMBER($removed, useGrouping: 0) } left out
}
scope-version-because = because { $why }
scope-version-clients = { $count ->
    [0] no client
    [one] one client
   *[other] { NUMBER($count, useGrouping: 0) } clients
}
scope-version-digest = digest { $digest }
scope-version-named = { $count ->
    [one] the log names one client of an imported list by now
   *[other] the log names { NUMBER($count, useGrouping: 0) } clients of imported lists by now
}
scope-versions-heading = Versions
scope-versions-hint = A notice names the version it was written from. What changed since: nabat scope { $number } --since N
scope-import-heading = Lists brought by people
scope-import-line = List { $number }: { $clients ->
    [one] one client
   *[other] { NUMBER($clients, useGrouping: 0) } clients
}; { $source }
scope-import-by = { $by }, { $time }, file { $file }: { $reason }
scope-import-removed = counts no more: { $by }, { $time }: { $reason }
web-import = Bring a list of clients
web-import-hint = For an export whose clients the log does not name. One id a line, or CSV with a first line that names the column ({ $columns }). More than fits here (60 kB): nabat incidents import-ids { $number } FILE
web-import-typed = typed on the page
web-missing-list = Name the list.
web-import-ids = Ids of clients
web-import-source = Where the list comes from
web-import-reason = Why these clients are concerned
web-import-add = Count them
web-import-remove = Take list { $number } back
web-import-remove-reason = Why it does not count
web-missing-ids = No id is given.
web-missing-source = Say where the list comes from.
chain-scope-file = { $why ->
    [missing] the list of clients { $file } is missing
    [digest] version { $number } of the scope is not the one whose digest was recorded
   *[other] the list of clients { $file } is not the one that was written
}
web-problem-line = Line { $line }: { $text }
web-problem-list-missing = the id is missing
web-problem-list-long = { $count } characters; an id has { $most } at most
web-problem-list-unseen = characters that cannot be seen
web-problem-list-cells = { $count } cells where the first line names { $most }
web-problem-list-csv = this is no CSV
web-problem-list-empty = The list names no client.
web-problem-list-column = no column of ids is known: the first line names it
web-problem-list-more = And { $count } lines more.
web-problem-list-no-breach = Say first that client data is concerned.
web-problem-list-same = List { $list } is the same file.
web-problem-list-none = No list { $list } counts here.

# The search backwards.
retro-read = Read: touches from { $since } to { $until }, { NUMBER($touches, useGrouping: 0) } at most.
retro-less = Asked for was since { $asked }: more is not kept, or would be too much to read at once.
retro-some = It was looked for { NUMBER($some, useGrouping: 0) } of { NUMBER($clients, useGrouping: 0) } clients, always the same.
retro-not-whole = A part of the journal is missing or damaged, or there was more than could be held: there may be more.
retro-early = { NUMBER($count, useGrouping: 0) } { $count ->
    [one] touch
   *[other] touches
} of its clients or records by others, or earlier, came in the first ten days of a log: what explains them cannot be said, and they are not in these lists. See who touched a client: nabat who
retro-earlier = Before the first event known, { $first }:
retro-t0 = If a person confirms that this belongs to it, T0 moves:
retro-t0-far = (It lies more than { $days } days before the first event: the reason has to name the day, as it does here.)
retro-others = Others who did the same:
retro-none = nothing was found
retro-often = { NUMBER($events, useGrouping: 0) } { $events ->
    [one] touch
   *[other] touches
} on { $days ->
    [one] one day
   *[other] { $days } days
}
retro-often-found = { NUMBER($events, useGrouping: 0) } { $events ->
    [one] finding
   *[other] findings
} on { $days ->
    [one] one day
   *[other] { $days } days
}
retro-way-session = in { $things ->
    [one] a session of the case
   *[other] { $things } sessions of the case
}
retro-way-records = opened { NUMBER($things, useGrouping: 0) } of { NUMBER($of, useGrouping: 0) } records of the case, and nothing explains it
retro-way-clients = opened { NUMBER($things, useGrouping: 0) } of { NUMBER($of, useGrouping: 0) } clients of the case, and nothing explains it
retro-way-rule = { $things ->
    [one] one rule that found the case, of { $of }, found this account as well
   *[other] { $things } rules that found the case, of { $of }, found this account as well
}
retro-way-export = took as much of the same kind at once, up to { NUMBER($things, useGrouping: 0) } records{ $of ->
    [0] {""}
    [one] ; nobody else does
   *[other] ; { $of } accounts do
}
retro-way-volume = as many acts of the same kind within an hour, at the hours of the case: up to { NUMBER($things, useGrouping: 0) }, in the case { NUMBER($of, useGrouping: 0) }
retro-way-place = came from { $things ->
    [one] an address of the case where its actors are not at home
   *[other] { $things } addresses of the case where its actors are not at home
}
retro-way-strangers = up to { $things } touches a day that nothing explains, { $of } on its usual day
web-back = Searching backwards
web-back-press = Search 90 days back
web-back-hint = Earlier traces of this case, and others who did the same. It reads the access journal, which takes some seconds, and changes nothing.
web-back-failed = The access journal cannot be read.
web-back-actor = Who
web-back-when = When
web-back-why = Why

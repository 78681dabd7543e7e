# Why something is a blind spot.
blind-spot-source = Nothing is read of the source { $name }: { blind-why }.
blind-spot-coverage = The record map does not fit the source { $name }: { blind-why }.
blind-spot-format = Most lines of the source { $name } say nothing that can be judged: { blind-why }.
blind-spot-rejects = Lines of the source { $name } are not understood: { blind-why }.
blind-spot-poison = A line of the source { $name } ends the service when it is read: { blind-why }.
blind-spot-clock = The clock of the source { $name } cannot be trusted: { blind-why }.
blind-spot-late = Lines of the source { $name } come too late: { blind-why }.
blind-spot-memory = More names come than detection can remember: { blind-why }.
blind-spot-rule = The rule { $name } does not judge: { blind-why }.
blind-spot-model = The behaviour model { $name } does not judge: { blind-why }.
blind-spot-role = Nobody answers for { $name }: { blind-why }.
blind-spot-state = { $name } cannot be kept: { blind-why }.

# Why something is blind. Texts of the system and of rows of former versions stand as they are.
blind-why = { $why ->
    [no-line-since] no line since { $since }
    [no-line] no line for { $count ->
        [0] less than a minute
        [one] one minute
       *[other] { $count } minutes
    }
    [only-rejects] { $count } lines in a row gave no event{ reject-reasons }. nabat decode FILE shows them: set the format of the source, or describe its lines. This ends by itself when lines are read again
    [rejects] { $percent } % of its lines in ten minutes ({ $count }) gave no event{ reject-reasons }. nabat decode FILE shows them: set the format of the source, or describe its lines. This ends by itself when lines are read again
    [poison] { $count ->
        [one] the line at byte { $position } of its log is
       *[other] { $count } lines, the last at byte { $position } of its log, are
    } left out, and kept in the folder poison of the state folder. Look there who wrote it, and report it: it is a defect of Nabat. This is shown for a day
    [rejects-first] { $percent } % of the lines that stood there at its first reading ({ $count }) gave no event{ reject-reasons }. nabat decode FILE shows them: set the format of the source, or describe its lines. Nobody is called for old lines; this ends by itself when new ones are read
    [unmapped] 0 of { $requests } requests touch client data{ coverage-top }. Add routes to records.routes, or set client_data: false if it has none
    [unmapped-first] 0 of { $requests } requests touch client data, most of them from its first reading{ coverage-top }. Add routes to records.routes, or set client_data: false if it has none
    [map-fell] { $touched } of the last { $requests } requests touch client data, usual are { $usual } %{ coverage-top }. Were addresses renamed? Correct records.routes
    [forgotten] { NUMBER($count, useGrouping: 0) } within an hour were let go of by the memory of { $name ->
        [windows] the counts of rules
        [matters] the findings of rules that go on
        [runs] ids read one after another
        [failures] failed sign-ins
        [habits] what accounts came with
        [behaviour] behaviour
       *[other] sources far behind
    }, those that came once or twice first. Whoever acts very slowly may be among them. Look who floods (the busiest addresses, made-up names), stop it there, or leave what is public out of the source
    [backlog] { $megabytes } MB of it wait to be read, for a minute or longer: more is written than can be judged. What is done now is told late. Look who floods (the busiest addresses, made-up names) and stop it there, or give the service more CPU. This ends by itself when it is read
    [late-lanes] its lines lie far behind those of other sources, as do those of too many others: rules over more than an hour and behaviour leave them out. Give slow logs to fewer sources, or let them come sooner
    [late-first] { $count } of the lines that stood there at its first reading lay over an hour behind others of their log, and are counted among themselves only. Sort them by time and judge them with nabat replay. Nobody is called for old lines; this is shown for a day
    [late-lines] { $percent } % of its lines in ten minutes ({ $count }) lay over an hour behind others of their log, up to { $hours } hours, and are counted among themselves only. Give each writer a file of its own, let the shipper keep the order, or log the time at which a request ended
    [clock-back] { $count ->
        [one] a line lies
       *[other] { $count } lines lie
    } minutes behind those before
    [clock-set-back] it was set back by { rule-span-part }: so far behind those before them lie { NUMBER($count, useGrouping: 0) } of its lines in a quarter of an hour. Set it by NTP, unless lines that had been held up came behind newer ones just then: then nothing is wrong with the clock
    [clock-runs-ahead] it is ahead by { rule-span-part }, or that of this machine is behind: so say { NUMBER($count, useGrouping: 0) } of its lines in a quarter of an hour. Set both by NTP; a whole number of hours is a wrong timezone of the source
    [written-late] { NUMBER($count, useGrouping: 0) } lines in a quarter of an hour lie { rule-span-part } behind those right before them, and newer ones follow at once: somebody writes late, or by a clock that is behind, into a file that others write too. Up to an hour they are counted with the others. Give each writer a file of its own
    [clock-ahead] { $count ->
        [one] a line lies
       *[other] { $count } lines lie
    } in the future
    [rule-broke] it failed { $count ->
        [one] once
       *[other] { $count } times
    } since the start, last with { $error } at { $place }
    [rule-failed] it failed { $count ->
        [one] once
       *[other] { $count } times
    } since the start
    [sender-ended] the thread that sends messages has ended
    [unusable] { $count } cannot be used by this version
    [no-model] there is none
    [model-old] it was trained { $count ->
        [one] a day
       *[other] { $count } days
    } ago
    [last-resort] { $count } % of its last lines were only kept as text, or read with parts missing, by the format { $format }; nabat decode shows them: set the format of the source, or describe its lines (docs/formats/regex.md)
    [no-team] nobody is named: nobody would be paged
    [no_holder] nobody holds the role
    [only_suspect] only the account it is about holds it
    [nobody] nobody of the team may be called
    [undeliverable] no target took a message to its holder
   *[other] { $why }
}

coverage-top = { $pattern ->
    [none] {""}
   *[other] ; most frequent unmapped: { $pattern } { $times }
}

reject-reasons = { $reasons ->
    [none] {""}
   *[other] {" "}({ $reasons })
}

# A law beside its clock: how sure we are of the wording.
law-marked = { $title } ({ $mark ->
        [text] wording read
        [secondary] from secondary sources
       *[memory] from memory
    }; have your lawyer confirm)

# The behaviour model, for the first page.
model-off = off
model-not-ready = not ready: { $why }
model-trained = trained { $day } on { $rows } windows of { $actors } accounts and addresses
model-starter = the shipped one, trained on a simulated company; train it on your own logs: nabat train

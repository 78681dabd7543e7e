# Why something is a blind spot.
blind-spot-source = Nothing is read of the source { $name }: { blind-why }.
blind-spot-coverage = The record map does not fit the source { $name }: { blind-why }.
blind-spot-actor = Nobody can be charged with what the source { $name } tells: { blind-why }.
blind-spot-format = Most lines of the source { $name } cannot be judged: { blind-why }.
blind-spot-rejects = Lines of the source { $name } are not understood: { blind-why }.
blind-spot-poison = A line of the source { $name } ends the service when it is read: { blind-why }.
blind-spot-decoder = Lines of the source { $name } are lost to a fault of Nabat: { blind-why }.
blind-spot-clock = { $why ->
    [machine-ahead] The clock of this machine cannot be trusted: { blind-why }.
    [machine-behind] The clock of this machine cannot be trusted: { blind-why }.
    [machine-set-ahead] The clock of this machine cannot be trusted: { blind-why }.
    [machine-set-back] The clock of this machine cannot be trusted: { blind-why }.
    [machine-ahead-of-lines] The clock of this machine cannot be trusted: { blind-why }.
    [machine-behind-lines] The clock of this machine cannot be trusted: { blind-why }.
   *[other] The clock of the source { $name } cannot be trusted: { blind-why }.
}
blind-spot-late = Lines of the source { $name } come too late: { blind-why }.
blind-spot-memory = There are more names than detection can remember: { blind-why }.
blind-spot-rule = { $name ->
    [search] The search for the texts of rules fails, and rules judge every event by all their conditions, which takes longer: { blind-why }.
   *[other] The rule { $name } does not judge: { blind-why }.
}
blind-spot-model = The behaviour model { $name } does not judge: { blind-why }.
blind-spot-role = Nobody answers for { $name }: { blind-why }.
blind-spot-mailbox = The mailbox that letters to clients come back to cannot be read: { blind-why }. Who was not reached is not known, and gets no other letter.
blind-spot-button = What is pressed under pages in Telegram (bot { $name }) is not read: { blind-why }. The links in the pages work.
blind-spot-state = { $why ->
    [database-gone] The database: { blind-why }.
    [row-unreadable] Some findings are not decided about: { blind-why }.
    [database-replaced] The database: { blind-why }.
   *[other] { $name } cannot be kept: { blind-why }.
}

# Why something is blind. Texts of the system and of rows of former versions stand as they are.
blind-memory = { $name ->
    [windows] the counts of rules
    [matters] the findings of rules that go on
    [runs] ids read one after another
    [failures] failed sign-ins
    [habits] what accounts came with
    [touches] who dealt with which client
    [behaviour] behaviour
   *[other] sources far behind
}
blind-why = { $why ->
    [row-unreadable] what was found of { $count ->
        [one] an actor
       *[other] { $count } actors
    } waits, because a row of their case cannot be read. nabat verify names it: put the recorded value or a backup in its place, and find out who wrote it. Everybody else is decided about
    [mailbox-connect] its server is not reached (letters.bounces.imap)
    [mailbox-tls] the certificate of its server is not trusted (letters.bounces.imap)
    [mailbox-timeout] its server gives no answer in time (letters.bounces.imap)
    [mailbox-login] its server takes neither account nor password (letters.bounces)
    [mailbox-folder] there is no such folder in it (letters.bounces.imap)
    [mailbox-answer] its server gives no answer that can be used (letters.bounces.imap)
    [mailbox-password] the file with its password cannot be read (letters.bounces.password_file)
    [mailbox-other] it failed for a reason that the log of the service tells
    [heads-disagree] the heads kept elsewhere know of more, or of other, records than the database: it was cut, altered, or restored from a backup. nabat verify says more
    [heads-hang] a write has not ended for half a minute: look at the file system it is on
    [no-room] evidence.max_bytes is used up. Give more room: what rotation takes meanwhile is lost
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
    } left out, and kept in the folder poison of the state folder. Look who wrote it, and report it: it is a defect of Nabat. This is shown for a day
    [decoder-broke] { $count ->
        [one] one line has
       *[other] { $count } lines have
    } given no event since the start, last with { $error } at { $place }. The traceback is in the log of the service: please report it. nabat decode FILE shows the lines
    [rejects-first] { $percent } % of the lines of its first reading ({ $count }) gave no event{ reject-reasons }. nabat decode FILE shows them: set the format of the source, or describe its lines. Old lines page nobody; this ends by itself when new ones are read
    [unmapped] 0 of { $requests } requests touch client data{ coverage-top }. Add routes to records.routes, or set client_data: false if it has none
    [unmapped-first] 0 of { $requests } requests touch client data, most of them from its first reading{ coverage-top }. Add routes to records.routes, or set client_data: false if it has none
    [map-fell] { $touched } of the last { $requests } requests touch client data, usually { $usual } %{ coverage-top }. Were addresses renamed? Correct records.routes
    [forgotten] { NUMBER($count, useGrouping: 0) } within an hour were forgotten by the memory of { blind-memory }, first those that came once or twice. Whoever acts very slowly may be among them. Find who floods (the busiest addresses, made-up names) and stop it there, or exclude public requests from the source
    [delayed] what is read of it now was written { $count } s ago, and { $kilobytes } kB wait: more is written than can be judged. Findings come late. Find who floods (the busiest addresses, made-up names, long statements) and stop it there, or give the service more CPU. This ends by itself when it is read
    [backlog] { $megabytes } MB of it wait to be read, for a minute or longer: more is written than can be judged. Findings come late. Find who floods (the busiest addresses, made-up names) and stop it there, or give the service more CPU. This ends by itself when it is read
    [late-lanes] its lines are far behind those of other sources, as are those of too many others: rules over more than an hour and behaviour leave them out. Put slow logs into fewer sources, or deliver them sooner
    [late-first] { $count } of the lines of its first reading are over an hour behind others of their log, and are counted among themselves only. Sort them by time and judge them with nabat replay. Old lines page nobody; this is shown for a day
    [late-lines] { $percent } % of its lines in ten minutes ({ $count }) are over an hour behind others of their log, up to { $hours } hours, and are counted among themselves only. Give each writer its own file, let the shipper keep the order, or log the time at which a request ended
    [clock-back] { $count ->
        [one] a line is
       *[other] { $count } lines are
    } minutes behind those before
    [clock-set-back] it was set back by { rule-span-part }: { NUMBER($count, useGrouping: 0) } of its lines in a quarter of an hour are that far behind those before them. Set it by NTP. If delayed lines came after newer ones at that time, the clock is right
    [clock-runs-ahead] it is ahead by { rule-span-part }, or the clock of this machine is behind: { NUMBER($count, useGrouping: 0) } of its lines in a quarter of an hour show it. Lines over ten minutes ahead are judged one by one and counted with nothing; nabat replay counts them. Set both by NTP; a difference of whole hours is a wrong timezone of the source
    [machine-ahead] it is ahead of the time that is proven by { rule-span-part }. Nothing that is too old by it is deleted meanwhile, and deadlines are counted wrongly. Set it by NTP. If it is right, because the service did not run for so long, say what time it is: nabat clock confirm
    [machine-behind] it is behind the time that is proven by { rule-span-part }. Deadlines and pages come late. Set it by NTP. If it is right, say what time it is: nabat clock confirm
    [machine-set-ahead] it jumped ahead by { rule-span-part }. Deadlines, calls and the ends of silences come earlier by as much; nothing is deleted by it for a day. Set it by NTP. If it was set right, say what time it is (nabat clock confirm), and see whether deadlines that began before are right
    [machine-set-back] it jumped back by { rule-span-part }. Deadlines and calls come later by as much, silences and sessions last longer. Set it by NTP. If it was set right, say what time it is (nabat clock confirm), and see whether deadlines that began before are right
    [machine-ahead-of-lines] the newest lines of most sources ({ $count }) are { rule-span-part } behind it. Set it by NTP, or find out why lines come so late
    [machine-behind-lines] the lines of most sources ({ $count }) are ahead of it. Set it by NTP
    [written-late] { NUMBER($count, useGrouping: 0) } lines in a quarter of an hour are { rule-span-part } behind those right before them, and newer ones follow at once: somebody writes late, or by a clock that is behind, into a shared file. Up to an hour they are counted with the others. Give each writer its own file
    [clock-ahead] { $count ->
        [one] a line is
       *[other] { $count } lines are
    } in the future
    [rule-broke] it failed { $count ->
        [one] once
       *[other] { $count } times
    } since the start, last with { $error } at { $place }; that is a fault of Nabat, its traceback is in the log of the service: please report it
    [rule-failed] it failed { $count ->
        [one] once
       *[other] { $count } times
    } since the start
    [database-gone] its file was removed while the service ran; the service has put it back as it was. Find out who did it, then restart the service
    [database-replaced] another file was put in its place while the service ran; the service has moved that one aside (nabat.db.aside-1) and put its own back as it was. Find out who did it, then restart the service. To restore a backup, stop the service first
    [folder-replaced] another folder lies in its place: it was moved or removed while the service ran, and a second service may be at work there. Put it back, or restart the service
    [press-conflict] another program reads the same bot, or a webhook is set for it. Stop that program, or delete the webhook
    [press-token] Telegram does not know its token: put the right one into notify.targets
    [press-away] Telegram is not reached from here
    [sender-ended] the thread that sends messages has ended
    [unusable] { $count } cannot be used by this version
    [left-out] { $count } cannot be used, the first for what stands at { $place }; nabat check and the log of the service name all
    [no-model] there is none
    [model-old] it was trained { $count ->
        [one] a day
       *[other] { $count } days
    } ago
    [nobody-named] { $count } of its last { $touches } touches of client data name neither account, session nor address, and are counted together with nothing. Have its writer log who reads; docs/formats.md says how for each format
    [last-resort] { $count } % of its last lines were only kept as text, or read with parts missing, by the format { $format }; nabat decode shows them: set the format of the source, or describe its lines (docs/formats/regex.md)
    [no-team] nobody is named: nobody would be paged
    [no_holder] nobody holds the role
    [left] whoever held it when an open case began is on the team no more, and nobody holds it now; others are called instead. Name somebody under team.roles
    [nobody] nobody on the team may be paged
    [undeliverable] no target accepted a message for its holder
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
law-fine-perhaps = { $surely ->
        [none] perhaps, if all of up to { $people } people are concerned: { $most }
       *[other] { $surely }; perhaps, if all of up to { $people } people are concerned: { $most }
    }{ $unknown ->
        [0] {""}
       *[other] . Of { $unknown } of them it is not known where they live
    }

# The behaviour model, for the first page.
model-off = off
model-not-ready = not ready: { $why }
model-trained = trained { $day } on { $rows } windows of { $actors } accounts and addresses
model-learning = { $seen } of { $needed } days seen: so far only how much is taken is judged, not yet whether an account reads
    strangers or numbers in a row, comes from a new network or wakes
model-starter = the shipped one, trained on a simulated company; train it on your own logs: nabat train

# What became of the model.
model-change-promoted = { $day }: { $version } was taken up in place of { $previous } by { $by }; it finds { $found } of { $confirmed } confirmed incidents (before: { $found_before }) and raises { $raised } of { $false_alarms } false alarms (before: { $raised_before }).
model-change-rolled-back = { $day }: { $version } was put back in place of { $previous } by { $by }.
model-change-kept-back = { $day }: the candidate { $version } was not taken; it finds { $found } of { $confirmed } confirmed incidents ({ $previous }: { $found_before }) and raises { $raised } of { $false_alarms } false alarms ({ $previous }: { $raised_before }). nabat models compare says more.

# Incidents: titles, timeline, refusals. No client data, ever.

incident-actor = { $type ->
    [human] an employee account
    [service] a service account
    [admin] an administrator
    [anonymous] somebody not signed in
   *[unknown] an account
}
incident-actor-address = a network address
incident-actor-session = a session
incident-actor-host = an unnamed account on a machine
incident-actor-unnamed = somebody the log does not name
incident-who = { $type ->
    [human] an employee account
    [service] a service account
    [admin] an administrator
    [anonymous] somebody not signed in
   *[unknown] an account
}
incident-who-address = a network address
incident-who-session = a session
incident-who-host = an unnamed account on a machine
incident-who-unnamed = somebody the log does not name
incident-title-leak = { $service ->
    [none] Client data taken by { $actor }
   *[other] Client data taken by { $actor } in { $service }
}
incident-title-leak-said = { $service ->
    [none] Client data may be concerned: { $who }
   *[other] Client data may be concerned: { $who } in { $service }
}
incident-title-alteration = { $service ->
    [none] Client data changed or deleted by { $who }
   *[other] Client data changed or deleted by { $who } in { $service }
}
incident-title-account_takeover = { $service ->
    [none] Account takeover suspected: { $who }
   *[other] Account takeover suspected: { $who } in { $service }
}
incident-title-web_attack = { $service ->
    [none] Web attack by { $who }
   *[other] Web attack by { $who } on { $service }
}
incident-title-account_attack = { $service ->
    [none] Attack on accounts by { $who }
   *[other] Attack on accounts by { $who } in { $service }
}
incident-title-suspicious = { $service ->
    [none] Suspicious activity by { $who }
   *[other] Suspicious activity by { $who } in { $service }
}
incident-title-drill = { $service ->
    [none] Drill: { $who }
   *[other] Drill: { $who } in { $service }
}
incident-title-flood = Flood of one kind, more than people can read: { $rule }

incident-kind-leak = client data concerned
incident-kind-alteration = client data changed or deleted
incident-kind-account_takeover = account takeover suspected
incident-kind-web_attack = web attack
incident-kind-account_attack = attack on accounts
incident-kind-suspicious = suspicious activity
incident-kind-blind_spot = blind spot
incident-kind-drill = drill
incident-kind-history = found in history

incident-entry-opened = Incident opened from { $alerts ->
    [one] one alert
   *[other] { $alerts } alerts
}, severity { $severity }.
incident-entry-extended = { $alerts ->
    [one] One more alert
   *[other] { $alerts } more alerts
} joined.
incident-entry-severity = Severity raised from { $old } to { $new }.
incident-acts-for = { $by } for { $person }
incident-nobody = nobody is left
incident-stand-in = { $role }: { $person }
incident-stand-ins = { $one }, { $rest }
incident-entry-stood-in = Whoever holds these roles may not take part in this case. Who fills them: { $roles }
incident-entry-left = On the team no more, and not called about this any more: { $people }.{ $roles ->
    [none] {""}
   *[other] {" "}Who fills their roles: { $roles }.
}
incident-entry-looked = Shown { $clients ->
    [one] one client number
   *[other] { $clients } client numbers
}.
incident-entry-invited = { $person } was let into the case: { $reason }
incident-entry-approval-asked = { $act ->
    [skip_step] { $step } is not needed
    [duty] { $step }: decided
    [adopt] The configuration as it is now is to count here
    [assess] A factor of the severity is to be lowered
    [receipt] A receipt is to be corrected ({ $step })
    [import_clients] A list of clients is to be taken back
    [close] This is to be closed
    [reopen] This is to be opened again
    [status] This is to be called resolved
    [hold] This is to wait
    [letters] Letters that can still go are not to go
    [merge] This is to be merged, and a case is kept from people by it who see it
    [aware] A fact is to be corrected
    [fact] A fact is to be corrected
   *[other] { $step } was done
}; a second person has to agree: { $proof }
incident-asked-letters = { NUMBER($count) } { $count ->
    [one] client
   *[other] clients
}, { $how ->
    [posted] posted on paper
    [told-otherwise] told otherwise
    [public] told by a public communication
   *[other] given up
}: { $words }
incident-asked-merge = { $one } → { $other }: { $reason }
incident-asked-hold = until { $until }: { $reason }
incident-asked-fact = { $fact } (less is asked for by { $duties })
incident-asked-receipt = receipt { $number }, sent { $at }{ $duties ->
    [none] {""}
   *[other] {" "}(less is asked for by { $duties })
}: { $reason }
incident-asked-removal = list { $number }, { $clients ->
    [one] one client
   *[other] { $clients } clients
}{ $duties ->
    [none] {""}
   *[other] {" "}(less is asked for by { $duties })
}: { $reason }
incident-entry-approval-declined = { $step }: not agreed to: { $reason }
incident-skip = { $reason ->
    [not_concerned] does not concern this case
    [not_required] nobody asks for it here
    [done_elsewhere] done and recorded elsewhere
    [impossible] cannot be done any more
   *[replaced] another step or case does it
}: { $words }
incident-entry-acknowledged = Acknowledged by { $by } via { $via }.
incident-entry-step-done = { $step } done: { $proof }
incident-entry-step-skipped = { $step } skipped: { $reason }
incident-entry-step-reopened = { $step } opened again: { $reason }
incident-entry-fact = { $kind ->
    [t0] T0, an earlier report from outside:
    [t1] T1, since when we are aware:
    [flow_stopped] Nothing flows since:
    [cause] Cause:
    [persons] People concerned:
   *[severity] Severity:
} { $value ->
    [none] withdrawn
    [attack] attack
    [failure] technical failure
    [human_error] human error
    [insider] insider
    [unknown] not known
    [low] low
    [medium] medium
    [high] high
    [critical] critical
   *[other] { $value }
}. { $source ->
    [none] {""}
   *[other] Source: { $source }.{" "}
}Why: { $reason }{ $approver ->
    [none] {""}
   *[other] {" "}(approved by { $approver })
}
incident-fact-merged = both are one matter
incident-fact-before = set before facts were kept; the timeline says by whom and why
incident-fact-flow = client data was touched after it was said to be stopped
incident-entry-merged = Continued here: incident { $number }. A late line shows that both are one matter
incident-entry-actor = It is about { $new } now, no longer { $old }: both were seen at the same address
incident-goes-on = This continues: incident { $number } was closed ({ $reason ->
    [handled] handled
    [false_positive] false positive
    [authorised] agreed work
   *[duplicate] duplicate
}), and more is known now.
incident-entry-followed = It continued beyond what was known at the close: see incident { $number }
incident-note-merged = a late line shows that this is the same matter as incident { $number }; work continues there
incident-note-merged-by = { $by } says that this is the same matter as incident { $number }, where work continues. Why: { $reason }
incident-entry-merged-by = { $by } merged incident { $number } into this one: the earliest clocks of both count. Why: { $reason }
incident-entry-merged-receipts = Receipts filed there, which close nothing here: { $receipts }.
incident-entry-unmerged = { $by } parted this and incident { $number } again. Why: { $reason }
incident-fact-unmerged = the incident it was taken from is a matter of its own again
incident-again-unmerged = { $by } made it a matter of its own again.
related-merged = One of the two was merged into the other.
related-actor = The same actor: { $names }.
related-address = The same address: { $names }.
related-clients = { $count ->
    [one] One client is in both.
   *[other] { $count } clients are in both.
}
incident-entry-again = The team is paged again{ $by ->
    [none] .
   *[other] , although { $by } had acknowledged.
}
incident-again-suspect = It turned out to be about an account of whoever had acknowledged.
incident-again-actor = Another actor is in it now.
incident-again-joined = Others, who touched client data or are accounts, have joined.
incident-again-evidence = Something else, enough for an incident by itself, began after the acknowledgement.
incident-again-unanswered = Something else, enough for an incident by itself, or the same from another place, began after everybody had been called and nobody had answered.
incident-again-place = The same, enough for an incident by itself, goes on from a place where nobody of it had been seen.
incident-again-merged = An incident that nobody had acknowledged turned out to be the same matter.
incident-again-severity = Severity: { $old ->
    [low] low
    [medium] medium
    [high] high
   *[critical] critical
} → { $new ->
    [low] low
    [medium] medium
    [high] high
   *[critical] critical
}.
incident-again-more = People concerned at most: { $before } → { $after }.
incident-again-flow = Client data goes on being taken although { $step } says that the flow is stopped. People concerned at most: { $before } → { $after }.
incident-again-containment = What { $step } says is stopped goes on: client data was touched { $count ->
    [one] once
   *[other] { $count } times
} since then.
incident-again-lapsed = Nothing was done or noted for { $hours } h after the acknowledgement.
incident-again-lapsed-minutes = Nothing was done or noted for { $minutes } min after the acknowledgement.
incident-again-snoozed = It had been put off until now.
incident-again-left = Whoever had acknowledged is on the team no more.
incident-again-held = It had been on hold until now.
incident-again-reopened = { $by } opened it again after it had been closed.
incident-again-closed = The incident had been closed as handled; it is open again.
incident-again-received = A request or complaint that { $duty } answers came after the incident had been closed; it is open again.
incident-entry-taken-over = { $to } has it now, instead of { $before }.
incident-entry-role-asked = { $by } asked { $person } to be { $role } in this case: { $reason }
incident-entry-role-accepted = { $by } accepted to be { $role } in this case.
incident-entry-role-declined = { $by } is not { $role } in this case; the team's own order counts. Why: { $reason }
incident-entry-role-withdrawn = { $by } took back that { $person } is or was asked to be { $role } in this case; the team's own order counts. Why: { $reason }
incident-entry-handed-over = { $by } handed it over: { $to } has it now, instead of { $before }.
incident-entry-clock = The clock of the machine stood ahead, at { $before }, and was set back. What of this incident would lie in the future counts from { $now }: T0, what is due, the calls. If it is known since when, state T0 or T1.
incident-entry-snoozed = { $by } put it off: nobody is paged before { $until }, unless it gets worse. Why: { $reason }
incident-entry-status = Status { $old ->
    [new] new
    [in_progress] in progress
    [on_hold] on hold
    [resolved] resolved
    [reopened] opened again
   *[closed] closed
} → { $new ->
    [new] new
    [in_progress] in progress
    [on_hold] on hold
    [resolved] resolved
    [reopened] opened again
   *[closed] closed
}: { $reason }
incident-entry-held = On hold until { $until }; then the team is called again. Why: { $reason }
incident-entry-by-hand = Opened by hand by { $by }: { $reason }
incident-proof-by-hand = { $by } opened it at { $at }
incident-by-hand = Opened by { $by }: { $reason }
incident-entry-reopened = { $by } opened it again. It had been closed as { $closed ->
    [handled] handled
    [false_positive] false positive
    [authorised] agreed work
   *[duplicate] duplicate
}. Why: { $reason }
incident-entry-scope = Scope computed: { $subjects ->
    [0] no client known by id
    [one] one client
   *[other] { $subjects } clients
}{ $high ->
    [0] ; the log does not say how many records.
   *[other] { $low ->
        [one] , at least one record
       *[other] , at least { $low } records
    }, at most { $high }{ $uncounted ->
        [0] .
        [one] , and those of one export or list of which the log does not say how many.
       *[other] , and those of { $uncounted } exports or lists of which the log does not say how many.
    }
}
incident-entry-worse = It is worse than it seemed: { $new } (before: { $old }). Why: { $reason } People are paged again.
incident-entry-seen-again = It works again. What happened meanwhile may not have been seen.
incident-entry-blind-again = It failed again: { $reason }
incident-entry-clocks = Legal deadlines count from { $at }.
incident-entry-duty-decided = { $owed ->
    [yes] The duty { $duty } is owed: { $reason }
   *[no] The duty { $duty } is not owed: { $reason }
} (approved by { $approver })
incident-entry-duty-receipt = The duty { $duty } is fulfilled: receipt { $number }, sent { $at }{ $version ->
    [none] {""}
   *[other] , notice version { $version }
}.{ $reason ->
    [none] {""}
   *[other] {" "}Correction: { $reason }
}
incident-entry-report = { $kind ->
    [client] A client's complaint
    [partner] A report of a partner
    [journalist] A journalist's question
    [regulator] A regulator's inquiry
    [leak-sample] A sample of leaked data
   *[other] A report from outside
} that came at { $at } belongs to this incident ({ $report }): { $reason }
incident-entry-duty-received = A request or complaint came at { $at }: { $what }. The duty { $duty } answers it.
incident-entry-duties-confirmed = Which laws apply is confirmed. Owed: { $owed ->
    [none] nothing
   *[other] { $owed }
}. Not owed: { $left ->
    [none] nothing
   *[other] { $left }
}.{ $note ->
    [none] {""}
   *[other] {" "}Note: { $note }
} (approved by { $approver })
incident-entry-duties-again = What was decided holds no more: more is known than it was decided on. Decide anew: { $duties }
incident-entry-adopted = The changed configuration counts here from now on: { $reason } (approved by { $approver }). Changes: { $changes }
incident-entry-terms-kept = Checklist, laws, ladder and team are kept with this case from now on, as they are configured now.
incident-entry-closed = Closed as { $reason ->
    [handled] handled
    [false_positive] a false positive
    [authorised] agreed work
   *[duplicate] a duplicate
}: { $note }
incident-entry-closed-alone = Closed as { $reason ->
    [handled] handled
    [false_positive] a false positive
    [authorised] agreed work
   *[duplicate] a duplicate
} by one person, since nobody else has a word in this case: { $note }

incident-proof-opened = Opened by Nabat: { $alerts ->
    [one] one alert
   *[other] { $alerts } alerts
}, T0 frozen at { $at }.
incident-proof-acknowledged = Acknowledged via { $via }.
incident-proof-aware = T1 is { $at }: { $reason }
incident-entry-closed-correction = (told: clients { NUMBER($told) }{ $perhaps ->
    [0] { "" }
   *[other] , perhaps { NUMBER($perhaps) } more
}, notices { NUMBER($notices) }; how they are told of the mistake: { $words })
incident-proof-closed = Closed as { $reason ->
    [handled] handled
    [false_positive] a false positive
    [authorised] agreed work
   *[duplicate] a duplicate
}: { $note }
incident-proof-dropped = Not needed: closed as { $reason ->
    [handled] handled
    [false_positive] a false positive
    [authorised] agreed work
   *[duplicate] a duplicate
}.
incident-proof-approved = { $proof } (approved by { $approver })

incident-severity-low = low
incident-severity-medium = medium
incident-severity-high = high
incident-severity-critical = critical

incident-via-cli = command line
incident-via-link = link
incident-via-page = page

incident-reason-touches = the access journal shows touches of client data.
incident-reason-findings = new findings show it.
incident-reason-law = { $law } applies only now. Before that it was { $how ->
    [skipped] skipped
   *[done] done
} by { $by }: { $proof }
incident-reason-flow = client data was touched after it was done (by { $by }: { $proof }).
incident-reason-again = new alerts came after it was resolved.
incident-reason-held = more became known while it was on hold.

incident-title-history = Found in history: { $accounts ->
    [0] {""}
    [one] one account,{" "}
   *[other] { $accounts } accounts,{" "}
}{ $addresses ->
    [0] {""}
    [one] one address,{" "}
   *[other] { $addresses } addresses,{" "}
}{ $clients ->
    [0] no client known by id
    [one] one client
   *[other] { $clients } clients
}, between { $first } and { $last }
history-read = First reading of { $sources }: { $lines ->
    [one] one line
   *[other] { $lines } lines
} from { $first } to { $last }, { $rejects ->
    [0] every line understood
    [one] one line not understood
   *[other] { $rejects } lines not understood
}.
history-unordered = { $count ->
    [one] One line
   *[other] { $count } lines
} of it were over an hour behind others of their log and were judged one by one and among themselves only; nabat replay judges files in the order of time once their lines are sorted.
history-more = { $count ->
    [one] One more matter is not listed; nabat replay lists it.
   *[other] { $count } more matters are not listed; nabat replay lists them.
}
history-entry-more = More was found in history: { $matters ->
    [one] one matter
   *[other] { $matters } matters
} in all.
history-entry-promoted = { $by } made this an incident, found in history by { $digest }: { $reason }
history-entry-row = { $by } made row { $row } incident { $number }: { $reason }
history-proof-opened = Collected by Nabat: { $matters ->
    [one] one matter
   *[other] { $matters } matters
}, at { $at }.

# Duties: why a law, or one of its duties, is ours or not.
incident-unreadable = This incident cannot be read ({ $columns }): nabat verify says more
duty-residence = clients live in { $places }
duty-residence-unknown = where clients live is not set (records.residence, legal.residence){ $people ->
    [0] {""}
    [one] , and one person is concerned
   *[other] , and { $people } people are concerned
}; the law asks for { $wanted }
duty-residence-elsewhere = clients live in { $places }, the law asks for { $wanted }
duty-residence-listed = { $here } of the { $listed } people concerned whose residence is listed live in { $wanted }{ $others ->
    [0] {""}
    [one] ; of one more it is not listed
   *[other] ; of { $others } more it is not listed
}
duty-residence-none = of the { $listed } people concerned, whose residence is listed, nobody lives in { $wanted }
duty-residence-others-unknown = of the { $listed } people concerned whose residence is listed nobody lives in { $wanted }; of { $others ->
    [0] those whom no log counts
    [one] one more
   *[other] { $others } more
} it is not known
duty-residence-others = of { $others ->
    [0] those whom no log counts
    [one] one of the people concerned
   *[other] { $others } of the people concerned
} the residence is not listed, and clients live in { $places } as a rule; of the { $listed } listed nobody lives in { $wanted }
duty-residence-others-elsewhere = of the { $listed } people concerned whose residence is listed nobody lives in { $wanted }; of { $others ->
    [0] those whom no log counts
    [one] one more
   *[other] { $others } more
} it is not listed, and clients live in { $places } as a rule
duty-sector = we count as: { $sectors }
duty-sector-other = we count as: { $sectors }; another duty stands for these
duty-sector-none = we do not count as: { $wanted }
duty-sector-unknown = what we are is not set (legal.sectors); it binds: { $wanted }
duty-classes = concerned: { $found }
duty-classes-unknown = which data is concerned is not known yet; it is about { $wanted }
duty-classes-none = not concerned: { $wanted }
duty-data = data of these kinds is concerned: { $found }
duty-data-unknown = which data is concerned is not known yet; it is about { $wanted }
duty-data-none = no data of these kinds is concerned: { $wanted }
duty-word-nis2-essential = essential entity (NIS2)
duty-word-nis2-important = important entity (NIS2)
duty-word-trust-services = provider of trust services
duty-word-telecom = telecommunications
duty-word-kii = critical infrastructure (KII)
duty-word-hipaa-covered = covered entity (HIPAA)
duty-word-hipaa-associate = business associate (HIPAA)
duty-word-processor = processor of others' data
duty-word-dora-financial = financial entity (DORA)
duty-word-nydfs-covered = covered entity (NYDFS)
duty-word-simple = simple
duty-word-behavioural = behavioural
duty-word-financial = financial
duty-word-sensitive = sensitive
duty-word-loss-eur = loss in euro:
duty-word-loss-percent-of-turnover = loss in percent of the turnover:
duty-subjects = { $verdict ->
    [yes] { $subjects } people are concerned, the limit is { $limit }
    [no] { $subjects } people are concerned, it begins with { $limit }
   *[ask] at least { $subjects } people are concerned and not all are counted; it begins with { $limit }
}
duty-subjects-under = { $verdict ->
    [yes] { $subjects } people are concerned, fewer than { $limit }
    [no] { $subjects } people are concerned, it is for fewer than { $limit }
   *[ask] at least { $subjects } people are concerned and not all are counted; it is for fewer than { $limit }
}
duty-subjects-perhaps = { $subjects } people are named and up to { $most } may be concerned: not certain, perhaps reached; it begins with { $limit }
duty-subjects-under-perhaps = { $subjects } people are named and up to { $most } may be concerned: not certain, perhaps too many; it is for fewer than { $limit }
duty-subjects-there = { $verdict ->
    [yes] { $subjects }
    [no] at most { $most }
   *[ask] at least { $subjects }
} of the people concerned live in { $part ->
    [yes] one region of { $where }
   *[no] { $where }
}{ $verdict ->
    [ask] {" "}and not all are counted
   *[other] {""}
}; it begins with { $limit }
duty-subjects-there-perhaps = surely { $subjects } and at most { $most } of the people concerned live in { $part ->
    [yes] one region of { $where }
   *[no] { $where }
}{ $unknown ->
    [0] {""}
    [one] ; of one it is not known where they live
   *[other] ; of { $unknown } it is not known where they live
}: not certain, perhaps reached; it begins with { $limit }
duty-subjects-under-there = { $verdict ->
    [yes] at most { $most }
    [no] { $subjects }
   *[ask] at least { $subjects }
} of the people concerned live in { $part ->
    [yes] one region of { $where }
   *[no] { $where }
}{ $verdict ->
    [ask] {" "}and not all are counted
   *[other] {""}
}; it is for fewer than { $limit }
duty-subjects-under-there-perhaps = surely { $subjects } and at most { $most } of the people concerned live in { $part ->
    [yes] one region of { $where }
   *[no] { $where }
}{ $unknown ->
    [0] {""}
    [one] ; of one it is not known where they live
   *[other] ; of { $unknown } it is not known where they live
}: not certain, perhaps too many; it is for fewer than { $limit }
duty-judgement = a person judges{ $figures ->
        [none] {""}
       *[other] {" "}({ $figures })
    }
duty-lawyer = a lawyer has to say whether it is one here
duty-follows = it follows { $other }, which is not owed
duty-controllers-each = each controller whose clients are concerned is told by a duty of its own
duty-controller-none = no client of { $controller } is concerned any more whom this law is about
duty-processor = the data of { $people ->
    [one] one of the people concerned
   *[other] { $people } of the people concerned
} is processed for others alone: { $count ->
    [one] one controller is told
   *[other] { $count } controllers are told
}
duty-ours = without { $others ->
    [one] one of the people concerned, whose data is
   *[other] { $others } of the people concerned, whose data is
} processed for others, who decide and tell themselves; of ours { $ours ->
    [one] one is known
   *[other] { $ours } are known
}
duty-ours-perhaps = all who are known to be concerned ({ $others }) are people whose data is processed for others, who decide and tell themselves; whether anybody of ours is among those not known is not certain (at most { $most })
duty-others-own = it is not ours: the data of all { $others } people concerned is processed for others, who decide and tell themselves; the controllers are told by us
duty-country-none = nobody living in { $country } is concerned any more
duty-countries-each = the authority of each country where people concerned live is told by a duty of its own, since the company is established outside
place-in-AT = in Austria
place-in-BE = in Belgium
place-in-BG = in Bulgaria
place-in-CY = in Cyprus
place-in-CZ = in Czechia
place-in-DE = in Germany
place-in-DK = in Denmark
place-in-EE = in Estonia
place-in-ES = in Spain
place-in-FI = in Finland
place-in-FR = in France
place-in-GR = in Greece
place-in-HR = in Croatia
place-in-HU = in Hungary
place-in-IE = in Ireland
place-in-IS = in Iceland
place-in-IT = in Italy
place-in-LI = in Liechtenstein
place-in-LT = in Lithuania
place-in-LU = in Luxembourg
place-in-LV = in Latvia
place-in-MT = in Malta
place-in-NL = in the Netherlands
place-in-NO = in Norway
place-in-PL = in Poland
place-in-PT = in Portugal
place-in-RO = in Romania
place-in-SE = in Sweden
place-in-SI = in Slovenia
place-in-SK = in Slovakia
incident-duty-asked = { $owed ->
    [yes] owed
   *[other] not owed
}: { $reason }
incident-entry-passed-on = { $by } cannot take it. Called at once: { $to }.
incident-via-button = button under the page

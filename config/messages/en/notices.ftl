# Notices to authorities, partners and others: what is said of each field, and how its state is said.
notice-nature = { $kind ->
    [alteration] Personal data was changed or deleted without authority.
   *[leak] Personal data was accessed without authority, and was sent to whoever had that access.
}
notice-nature-systems = Systems concerned: { $services }.
notice-nature-acts = Acts that the access logs show: { $acts }.
notice-act = { $act } { NUMBER($count) }
notice-nature-span = First act known: { $first }; last act known: { $last }.
notice-stopped = It was stopped: { $time }.
notice-not-stopped = That it has stopped is not established yet.
notice-and-more = { $names } and { NUMBER($count) } more
notice-why-suspected = suspected from the access logs, not yet confirmed by a person
notice-why-flowing = that it has stopped is not recorded yet
notice-found-report = It was reported to us from outside: { $time }.
notice-found-by-hand = It was recorded by our staff: { $time }.
notice-found-logs = It was found by monitoring of our access logs: { $time }.
notice-aware = We have been aware that personal data is concerned since { $time }.
notice-leak-yes = Yes: personal data was sent to whoever had access.
notice-leak-no = No: personal data was changed or deleted, and none is known to have been sent.
notice-changed-fields = Changed since the notice before: { $fields }.

notice-persons = { NUMBER($count) } { $count ->
    [one] person
   *[other] people
}
notice-persons-at-least = at least { NUMBER($count) } { $count ->
    [one] person
   *[other] people
}
notice-persons-at-most = at most { NUMBER($count) } { $count ->
    [one] person
   *[other] people
}
notice-persons-between = between { $least } and { NUMBER($count) } people
notice-of-others = of them { NUMBER($count) } { $count ->
    [one] is a client
   *[other] are clients
} of companies for which we process data
notice-records-of-others = of them { NUMBER($count) } { $count ->
    [one] names
   *[other] name
} clients of these companies alone
notice-persons-unknown = the number of people is being established
notice-records = { NUMBER($count) } { $count ->
    [one] record
   *[other] records
}
notice-records-at-least = at least { NUMBER($count) } { $count ->
    [one] record
   *[other] records
}
notice-records-at-most = at most { NUMBER($count) } { $count ->
    [one] record
   *[other] records
}
notice-records-between = between { $least } and { NUMBER($count) } records
notice-records-unknown = the number of records is being established
notice-why-uncounted = { NUMBER($count) } { $count ->
    [one] export, list or search was seen whose number of records
   *[other] exports, lists and searches were seen whose number of records
} no log tells
notice-why-unnamed = some of the records were counted without being named
notice-why-controllers-unnamed = of { NUMBER($count) } { $count ->
    [one] person
   *[other] people
} concerned our list of controllers does not say whose clients they are; they are counted in the most
notice-why-estimated = what the logs do not name was estimated by us
notice-why-part = not all of it is known
notice-why-kinds = by the access logs; whether employees, children or others are among them is being established
notice-kinds-clients = clients of the organization
notice-class = { $title } ({ $counted })
notice-persons-living = { $counted } living { $where }
notice-records-living = { $counted } of people living { $where }
notice-persons-none = nobody living { $where }
notice-of-unknown = of { NUMBER($count) } of them it is not established where they live
notice-why-listed = by our list of where clients live; all others are counted in the most
notice-why-more = these are the people whom the logs name; more may be concerned
notice-why-no-list = all of them are counted in the most, wherever they may live
notice-why-rule = by where clients live as a rule, for { NUMBER($count) } beside our list
notice-why-records = some of the records stand in answers about several people, or beside nobody: whose these are no log tells
notice-annex-living = list in an annex: { NUMBER($count) } { $count ->
    [one] person
   *[other] people
} living { $where }
notice-annex-perhaps = in an annex apart: { NUMBER($count) } more of whom it is not established where they live
notice-base = data base of { $services }; it holds: { $classes }
notice-annex = list in an annex: { NUMBER($count) } { $count ->
    [one] person
   *[other] people
}
notice-why-controller = some of the records stand in answers about clients of several companies, or beside nobody: whose these are no log tells
notice-why-annex = it is the number so far; the list goes apart, by a way that protects it, and this text names nobody
notice-abroad-yes = Yes, by where people live: { $places }.
notice-abroad-no = No, by where people live: { $places }.
notice-why-residence = { $count ->
    [0] our own country is not configured, or not everything was counted
    [one] of { NUMBER($count) } person it is not known where they live
   *[other] of { NUMBER($count) } people it is not known where they live
}

notice-cause = { $cause ->
    [attack] an attack from outside
    [failure] a technical failure
    [human_error] an error of a person
    [insider] unlawful acts of somebody who had access
   *[unknown] not known
}
notice-cause-unknown = { $kind ->
    [alteration] unauthorised changes by an account with access; how it came to that is being investigated
   *[leak] unauthorised access by way of an account or address with access; how it came to that is being investigated
}
notice-why-cause = the cause has not been established
notice-breach-type = { $cause ->
    [attack] hacking or another incident of information technology
   *[other] unauthorised access or disclosure
}
notice-why-type = by the access logs; the cause alone does not tell
notice-intent-yes = Yes.
notice-intent-no = No.
notice-why-intent = suspected until the cause is established
notice-no-employee = no employee is known to have caused it
notice-no-outsider = no outside person is known to have caused it
notice-why-addresses = addresses of the access; the cause has not been established
notice-indicators = addresses from which it was done: { $addresses }
notice-no-indicators = none are known

notice-effect-phishing = Unwanted contact, phishing and fraud by telephone or e-mail in { $whose ->
    [theirs] your
   *[ours] our
} name.
notice-effect-behavioural = Conclusions about habits and whereabouts, stalking, unwanted advertising.
notice-effect-identity = Loans and contracts in another's name.
notice-effect-document = Misuse of the numbers or copies of identity documents.
notice-effect-password = Sign-ins by others to accounts of the people concerned, here and elsewhere.
notice-effect-payment = Financial loss: fraud with accounts or cards.
notice-effect-disclosure = Harm to reputation, discrimination, distress, blackmail, by what is known of health or other special data.
notice-effect-altered = Decisions on wrong or missing data until it is restored.
notice-why-effects = derived from the kinds of data concerned
notice-severity = Severity by ENISA's method: { $level } ({ $score }{ $papers ->
    [yes] ; by our reading, identity papers count one more than other simple data
   *[no] {""}
}).

notice-done-at = { $time }: { $what }
notice-planned-by = planned by { $time }: { $what }
notice-still-open = not done yet: { $what }
notice-why-planned = planned, not done yet
notice-done-b4 = outside experts were brought in
notice-planned-b4 = bring in outside experts
notice-done-c1 = evidence was preserved
notice-planned-c1 = preserve evidence
notice-done-c2 = the flow of data was stopped: the account, access or link was blocked
notice-planned-c2 = stop the flow of data
notice-done-c3 = passwords, keys and tokens that may be known were replaced
notice-planned-c3 = replace passwords, keys and tokens that may be known
notice-done-c4 = it was verified that nothing new comes from the same source
notice-planned-c4 = verify that nothing new comes from the same source
notice-done-c5 = removal of the data was demanded, and copies are watched for
notice-planned-c5 = demand removal of the data and watch for copies
notice-done-i1 = an internal investigation was ordered
notice-planned-i1 = order an internal investigation
notice-done-k1 = questions of the people concerned are answered by a hotline
notice-planned-k1 = set up a hotline for the people concerned
notice-done-k2 = passwords of the people concerned were reset and their sessions ended
notice-planned-k2 = reset passwords of the people concerned and end their sessions
notice-done-k3 = it was decided what is offered to the people concerned
notice-planned-k3 = decide what is offered to the people concerned
notice-done-k5 = accounts of the people concerned are watched for abuse
notice-planned-k5 = watch accounts of the people concerned for abuse
notice-done-n4 = the people concerned were told
notice-done-n4-part = letters were sent to people concerned; some of them have none yet
notice-planned-n4 = tell the people concerned
notice-done-n8 = it was reported to the police or the national CERT
notice-planned-n8 = report to the police or the national CERT, where it is due
notice-done-r1 = the weakness was removed, and that was tested
notice-planned-r1 = remove the weakness, and test that
notice-done-r2 = the service works again under heightened watch
notice-planned-r2 = bring the service back under heightened watch
notice-done-r3 = monitoring was tuned to find the like sooner
notice-planned-r3 = tune monitoring to find the like sooner
notice-done-l3 = plan, templates and training were updated
notice-planned-l3 = update plan, templates and training

notice-complete = Complete.
notice-incomplete = To be completed.
notice-withdrawn-line = { $title }, sent { $time }{ $receipt ->
    [none] {""}
   *[other] , receipt no. { $receipt }
}{ $document ->
    [none] {""}
   *[other] , our document { $document }
}
notice-withdrawn-outcome = { $reason ->
    [authorised] The access that was taken for wrongful was agreed work of people entitled to it.
   *[other] What was taken for a breach was none.
}
notice-withdrawn-note = The decision says: { $note }
notice-why-note = the note of the close was written for ourselves: read it before it goes out, or say it anew
notice-why-no-note = the note of the close names the account, or there is none: say in your words what was found
notice-withdrawn-decided = { $who }, { $time }{ $second ->
    [none] {""}
   *[other] ; agreed to by { $second }
}
notice-withdrawn-people = none, by what the assessment has shown
notice-withdrawn-rows = what it says under: { $rows }
notice-withdrawn-all = all that it says of a breach
notice-withdrawn-no-clients = no client was told by letter
notice-withdrawn-clients = clients who were told each for themselves: { NUMBER($told) }; told since that there was no breach: { NUMBER($withdrawn) }; to be told so yet: { NUMBER($left) }
notice-told-but-given-up = could not be told: { NUMBER($over) }
notice-told-but-withdrawn = told since that there was no breach: { NUMBER($withdrawn) }; to be told so yet: { NUMBER($left) }
notice-withdrawn-controller = the controller tells its own clients
notice-nothing-withdrawn = nothing is withdrawn
notice-no-earlier = none: nothing was notified before
notice-not-asked = not asked: see the answer before
notice-identifier-register = number in a register
notice-identifier-inn = Russian tax number (INN)
notice-no-representative = none: the controller is established in the EEA
notice-declared = by whoever signs below
notice-yes = Yes.
notice-no = No.
notice-yes-on = Yes: { $time }.
notice-span-open = begun { $first }; whether it goes on is being established
notice-span-day = on one day: { $first } to { $last }
notice-span-days = between { $first } and { $last }
notice-last-act = last act known: { $last }
notice-dates-of-logs = No: they are those of the access logs.
notice-clients-told = our clients, each for themselves: { NUMBER($count) }{ $less ->
    [0] { "" }
   *[other] { "" } ({ NUMBER($less) } of them not of everything yet)
}; not told yet: { NUMBER($left) }
notice-nobody-told-us = nobody outside told us first
notice-sent-yes = sent to whoever had access: the access logs show it
notice-sent-no = none is known to have been sent
notice-no-change-known = none is known
notice-changed = data was changed or deleted; what was done with it is being established
notice-why-changed = by the access logs
notice-no-loss-known = none: no deletion stands in the access logs
notice-why-logs-alone = access logs alone do not show whether a service was down
notice-exact = exact
notice-approximate = approximate
notice-impact-phishing = fraud; loss of control over the data
notice-impact-identity = theft of identity
notice-impact-document = theft of identity
notice-impact-password = disclosure to others
notice-impact-payment = financial loss
notice-impact-disclosure = harm to reputation; discrimination
notice-impact-minor = minor
notice-impact-moderate = moderate
notice-impact-severe = severe
notice-why-enisa = by the level of ENISA’s method; the template names none
notice-not-told-yet = not yet
notice-nothing-planned = nothing more is planned
notice-no-exemption = none is claimed
notice-attached-text = attached: { $documents }
notice-why-not-recorded = nothing of it is recorded
notice-why-border = by where the people concerned live; what the controller does in other countries only people know
notice-no-outside = No: the controller is not established in the EEA.
notice-why-unlisted = { NUMBER($count) } beside our list
notice-nothing-attached = nothing yet
notice-incident-nature = { $cause ->
    [attack] unauthorised access in IT systems
    [insider] abuse of access by an employee
    [failure] technical malfunction
    [human_error] error of an employee
   *[unknown] unauthorised access in IT systems, by way of an account or address with access
}
notice-cause-origin = { $cause ->
    [attack] from outside, malicious
    [insider] from inside, malicious
    [failure] from inside, not malicious
    [human_error] from inside, not malicious
   *[unknown] to be determined
}
notice-receipt = no. { $number } of { $time }
notice-in-time = it is not late; due { $due }
notice-no-due = no time is set for it
notice-none-sent = no notice was sent before
notice-why-none-sent = nothing says that one was sent
notice-no-changes = nothing has changed
notice-told = { $who }: { $time }
notice-nobody-told = nobody yet
notice-decided = { $duty }: { $owed ->
    [yes] to be told
   *[no] not to be told
}, decided { $time }. { $reason }
notice-no-reason = No reason was recorded.
notice-attached = attached: { $document }, sent { $time }
notice-complaint = { $what }, received { $time }
notice-no-delay = No.
notice-why-no-delay = nobody recorded that the police asked for one
notice-trained = last training of the staff: { $time }
notice-nothing-more = none
notice-title-ca = Notice of Data Breach

notice-state-filled = filled
notice-state-estimated = estimated
notice-state-missing = missing
notice-count = { NUMBER($filled) } of { NUMBER($all) } filled, { NUMBER($estimated) } estimated, { NUMBER($missing) } missing
notice-give = { $roles }: { $command }
notice-mark-memory = The list of what this law asks for is from memory: compare it with the law before you send.
notice-mark-secondary = The list of what this law asks for is from others who read it: compare it with the law before you send.
notice-mark-language = Its reader reads { $language ->
    [ru] Russian
   *[en] English
}: draft it in that language (--language { $language }), or say in legal.recipients how they are written to.
notice-mark-note = What is known of the source: { $note }
notice-mark-fields-memory = Asked for from memory, compare with the law before you send: { $fields }.
notice-mark-fields-secondary = Asked for by what others read, compare with the law before you send: { $fields }.
notice-mark-refuted = It must not go out: the case is closed as no breach, and this is what would be said of one. What is withdrawn: nabat incidents withdrawals { $number }
notice-mark-lawyer = A lawyer has to say whether this is owed.
notice-revised = counts of version { $version } of the scope; { $fields }
notice-revised-nothing = nothing differs but its layout

notice-special-yes = Yes: { $classes }.
notice-special-no = No, as our record map has the data concerned.
notice-why-special = kept as special by us, and whether it is a special category a person has to judge: { $classes }
notice-broken-confidentiality = confidentiality
notice-broken-integrity = integrity
notice-broken-availability = availability
notice-readable-yes = No: whoever has the data can read it.
notice-readable-no = Yes: the data is unintelligible to whoever has it.
notice-why-readable = counted as readable until somebody says otherwise
notice-evidence = { NUMBER($count) } { $count ->
    [one] line of a log is kept with place and SHA-256, and can be handed over
   *[other] lines of logs are kept with place and SHA-256, and can be handed over
}
notice-kind-after-withdrawal = notice anew: the withdrawal of { $time } no longer holds
notice-kind-first = first notice; more follows as it becomes known
notice-kind-further = completes the notice sent before

notice-stale = more is known now

# The timeline.
incident-entry-notice-written = Field { $field } of the notice { $notice } was written. { $reason }
web-entry-notice-written = notice

# The page of a notice.
web-notice = Notice
web-notice-forms = Notices that are no duty's:
web-notice-language = Language:
web-notice-fields = What it says
web-notice-write = Write
web-notice-reason = How it is known
web-notice-keep = Keep
web-notice-text = As it would be drafted now
web-notice-draft = File a draft
web-error-pdf = A PDF needs the library pango, which is not on this machine; take docx or html.

# What anybody may read, and what the team and those who lead need.
notice-plain-confirmed = { $kind ->
    [alteration] Somebody changed or deleted client data in our systems without the right to do so. We noticed it on { $day }.
   *[leak] Somebody got at client data in our systems without the right to do so. We noticed it on { $day }.
}
notice-plain-suspected = { $kind ->
    [alteration] On { $day } we noticed signs that client data in our systems may have been changed or deleted without the right to do so. We are examining them.
   *[leak] On { $day } we noticed signs that somebody may have got at client data in our systems without the right to do so. We are examining them.
}
notice-plain-unusual = On { $day } we noticed unusual activity in our systems. We are examining it.
notice-plain-extent = How many people it concerns, as far as is established: { $count }.
notice-plain-extent-own = How many of our own clients it concerns, as far as is established: { $count }. Clients of companies for which we process data are concerned, too.
notice-plain-extent-others = It concerns clients of companies for which we process data. That any of our own clients is concerned is not known.
notice-plain-data-others = which of it, these companies tell their clients
notice-plain-data = The data concerned: { $classes }.
notice-plain-stopped = The access in question was cut off on { $day }.
notice-plain-days = from { $since } to { $until }
notice-plain-people = { $state ->
    [done] We have written to the people concerned whose address we have.
    [going] We are writing to the people concerned whose address we have.
    [suspected] If this is confirmed, we will write to everybody concerned whose address we have.
   *[open] We will write to everybody concerned whose address we have.
}
notice-plain-people-others = People whose data we process for another company are told by that company, which hears from us.
notice-left-out = { $step } is left out ({ $title }) { $reason }
notice-nothing-decided = nothing yet
notice-decide-duty = is it owed: { $duty }; { $late ->
    [late] OVERDUE since { $due }
   *[due] by { $due }
}
notice-decide-open = is it owed: { $duty }; no due time
notice-decide-document = approve { $document }: { $title }
notice-decide-more = { NUMBER($count) } more { $count ->
    [one] document waits
   *[other] documents wait
} for a second person
notice-nothing-waits = nothing
notice-duty-ahead = { $late ->
    [late] OVERDUE since { $due }
   *[due] by { $due }
}: { $duty } – { $who }
notice-no-duty-ahead = nothing with a due time
notice-next = { $late ->
    [yes] OVERDUE since { $time }
   *[no] { $time }
}: { $what } ({ $roles })
notice-next-approval = a second person's word: { $what }
notice-next-questions = answer the clients who wait
notice-next-more = and { NUMBER($count) } more on the agenda
notice-nothing-due = nothing is due
notice-told-count = each for themselves: { NUMBER($count) }
notice-told-in-public = by a public communication: { NUMBER($count) }
notice-why-told-everywhere = all clients that were told are counted, wherever they live
notice-why-not-all-told = { NUMBER($count) } { $count ->
    [one] client was
   *[other] clients were
} not told yet
notice-all-told = all were told
notice-not-told-count = could not be told: { NUMBER($over) }; not told yet: { NUMBER($left) }
notice-why-say-reasons = say the reasons: they stand with those given up, on the timeline
notice-annex-nameless = of { NUMBER($nameless) } of { NUMBER($count) } people in the annex no name is known: complete contacts
withdrawal-clients = letters to clients{ $count ->
    [0] {""}
   *[other] { " " }({ NUMBER($count) } to be set right)
}
withdrawal-open = { $title }: not withdrawn yet
withdrawal-drafted = { $title }: the withdrawal { $document } was not sent yet
withdrawal-done = { $title }: withdrawn { $time }{ $receipt ->
    [none] {""}
   *[other] , receipt { $receipt }
}
withdrawal-off = { $title }: not to be withdrawn, says { $by }: { $why }
withdrawals-close = others were told of this ({ NUMBER($count) }), and wait to hear that it was no breach:
withdrawals-none = Nothing is to be withdrawn: the case is not closed as no breach, or nobody was told.
cli-label-withdrawal = withdrawal
web-problem-withdrawal-not-none = Incident { $number } is not closed as no breach: nothing of it is withdrawn.
web-problem-withdrawal-none = Incident { $number } has nothing to withdraw that is called { $name }.
web-problem-withdrawal-over = { $name } was sent, or called off.
web-withdrawals = What others were told
web-withdrawals-hint = This turned out to be no breach. Whoever was told of one is told so: by the notice or the letters that withdraw it.
web-withdrawal-off = Do not withdraw
web-withdrawal-off-why = Why it is not withdrawn
web-withdrawal-off-press = Do not withdraw it
web-owed-withdrawal = to be withdrawn: { $title }
web-entry-withdrawal-off = not withdrawn
incident-entry-withdrawal-off = Not to be withdrawn: { $withdrawal }. Why: { $reason }

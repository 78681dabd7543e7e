# Reports from outside

report-kind-client = a client's complaint
report-kind-partner = a report of a partner
report-kind-journalist = a journalist's question
report-kind-regulator = a regulator's inquiry
report-kind-leak-sample = a sample of leaked data
report-kind-other = another report from outside
report-source = { $kind }, { $report }

report-state-waiting = nobody has looked at it
report-state-linked = linked
report-state-dismissed = dismissed

report-line-from = from { $sender }
report-line-clients = { $count ->
    [one] about one client
   *[other] about { $count } clients
}
report-line-form = by the public form: nobody has checked who it is from
report-line-by = written down by { $person }
report-line-file = file { $name }, { $bytes } bytes, SHA-256 { $hash }
report-line-linked = { $at } linked to incident { $number } by { $by }: { $reason }
report-line-linked-hidden = { $at } linked to another incident by { $by }
report-line-dismissed = { $at } dismissed by { $by }: { $reason }

report-letter-title = Your message { $number } of { $received }
report-letter-greeting = Good day,
report-letter-received = We received your message on { $received } and keep it under the number { $number }. Please give this number when you write or call.
report-letter-doing = We are examining what you told us. We look at who used the records you wrote about, when and why, and compare it with what was needed for your service.
report-letter-care = Until then, please do not give passwords or one-time codes to anybody who calls or writes in our name, and let us know if somebody does.
report-letter-until = We will write to you by { $until } at the latest: what we found, whether your data was concerned and, if so, which of it, what we did and what you can do.
report-letter-close = If you remember anything else, answer this letter.
report-letter-signature = The team for the protection of client data

notify-report-title = { $count ->
    [one] A report from outside waits
   *[other] { $count } reports from outside wait
}
notify-report = To be looked at, linked to an incident or dismissed:
notify-owed-report = { $late ->
    [late] OVERDUE since { $time }: { $title } ({ $what })
   *[due] until { $time }: { $title } ({ $what })
}

chain-attachment = { $problem ->
    [missing] the file that came with report { $report } is missing
   *[other] the file that came with report { $report } is not the one that came
}

web-report-title = Tell us that client data may have leaked
web-report-lead = If you think that somebody had data of clients who should not, tell us here. You need no account. We look at each report within 15 minutes; at night it may be the morning.
web-report-who = Who are you?
web-report-from-client = A client
web-report-from-partner = A partner or supplier
web-report-from-journalist = A journalist
web-report-from-leak-sample = Somebody who found leaked data
web-report-from-other = Somebody else
web-report-text = What happened, and how did you learn of it?
web-report-sender = How do we reach you? (we cannot answer without it)
web-report-client = Your client number, if you know it
web-report-privacy = Write no passwords, card numbers or codes. What you write is read only by those who handle leaks.
web-report-send = Send
web-report-thanks = Thank you
web-report-taken = Your report came in. Its number is { $number }: please give it if you write or call.
web-report-beware = Give nobody passwords or one-time codes, not even if they call in our name.
web-report-missing-kind = Say who you are.
web-report-missing-text = Say what happened.
web-report-too-long = That is too long: at most { $count } characters.
web-report-enough = { $ways ->
    [none] This form cannot take your report now: too much came in at once. Please do not wait: call or write to us as you usually reach us. It can be sent here in an hour, too.
   *[other] This form cannot take your report now: too much came in at once. Please do not wait: call or write to us ({ $ways }). It can be sent here in an hour, too.
}
web-report-file-left = Your words came in, your file did not: too many files wait to be looked at. Please keep it until we ask you for it.
web-report-by-form = by the form
web-reports-title = Reports from outside
web-reports-lead = A call, a letter, a complaint is written down with `nabat report`. Whoever it is about does not see it.
web-reports-form = The form that is open to everybody:
web-reports-waiting = { $count ->
    [0] Nothing waits
    [one] One waits
   *[other] { $count } wait
}
web-report-known = client or address known
web-report-alike = { $count } alike
web-reports-order = First stand those who name a client that we know or write from an address of our contacts, then what nobody else wrote. Texts that are alike are one row, with all of them behind it.
web-reports-more = Shown are the first { $count } rows. `nabat reports list --waiting` lists all, and `nabat reports dismiss` takes many at once.
web-report-file-missing = { $name }: too many files waited, it was not kept. Ask for it.
web-reports-done = What became of it
web-reports-none = None.
web-report-says = What it says
web-report-col-received = Received
web-report-col-what = What
web-report-col-due = due
web-report-col-sender = From
web-report-col-by = Written down by
web-report-col-source = System
web-report-col-file = File
web-report-fetch = Fetch the file
web-report-fetch-hint = A stranger made it: it is fetched under the report's number, and nobody has checked what it holds. That you fetched it is recorded.
web-report-link = It belongs to a case
web-report-incident = Which case
web-report-why = Why
web-report-link-hint = What came before the logs showed anything becomes T0; a complaint starts its own clock; an answer is drafted.
web-report-link-press = Link it
web-report-dismiss = It is nothing for us
web-report-dismiss-press = Dismiss it
web-report-needs-incident = Choose a case.
web-report-needs-reason = Say why.
web-report-needs-title = Say what it is about.
web-report-needs-severity = Say how bad it is.
web-report-needs-playbook = Choose a checklist.
web-nav-reports = Reports from outside
web-problem-report-file = No file came with the report { $report }.
web-problem-source-none = There is no source or service { $name }.
web-problem-of-drill = { $number } is part of a drill: nothing of it is sent, and no law counts from it.
web-problem-report-none = There is no report { $report }.
web-problem-report-linked = The report { $report } is linked to this case already.
web-problem-report-drill = The case { $number } is in a drill, and what came from outside is real: open a case from it.
web-problem-report-done = Somebody has linked or dismissed the report { $report } already.
web-report-file = A file that shows it, if there is one: a picture of the screen, a letter
web-report-file-hint = One file of { $size } at most: { $endings }. It is kept as it came; the service does not open it.
web-report-file-empty = The file is empty.
web-report-file-large = The file is larger than { $size }. Send a smaller one, or say where it can be seen.
web-report-file-type = Files of this kind are not taken. Taken are: { $endings }.
web-report-file-disguised = The file is not what its name says. Send it under its own ending, or as a picture.

# Reports from outside

report-kind-client = a client's complaint
report-kind-partner = a report of a partner
report-kind-journalist = a journalist's question
report-kind-regulator = a regulator's inquiry
report-kind-leak-sample = a sample of leaked data
report-kind-other = another report from outside

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

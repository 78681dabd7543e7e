# The pages: what a lead reads at three in the morning. No client data, ever.
web-name = Nabat
web-skip = Skip to the content
web-navigation = Main
web-nav-now = Now
web-as-of = As of { $time }.
web-zone = Times are in { $zone }.
web-choose = – choose –
web-unknown = not known
web-drill = DRILL

web-span-d = { $count } d
web-span-h = { $count } h
web-span-min = { $count } min
web-span-s = { $count } s
web-ago = { $span } ago
web-in = in { $span }
web-overdue-by = overdue by { $span }
web-size-b = { $size } B
web-size-kb = { $size } kB
web-size-mb = { $size } MB
web-size-gb = { $size } GB
web-size-tb = { $size } TB

web-severity-low = Low
web-severity-medium = Medium
web-severity-high = High
web-severity-critical = Critical
web-status-new = new
web-status-in-progress = in progress
web-status-on-hold = on hold
web-status-resolved = resolved
web-status-closed = closed
web-status-reopened = opened again
web-close-handled = handled
web-close-false-positive = false positive
web-close-authorised = was allowed
web-close-duplicate = duplicate
web-actor-human = employee account
web-actor-service = service account
web-actor-admin = administrator
web-actor-anonymous = not signed in
web-actor-unknown = unknown kind of account
web-actor-session = a session without an account
web-actor-host = an unnamed account on this machine
web-actor-unnamed = somebody the log does not name
web-action-read = read
web-action-list = listed
web-action-search = searched
web-action-export = exported
web-action-download = downloaded
web-action-print = printed
web-action-create = created
web-action-update = changed
web-action-delete = deleted
web-action-login = signed in
web-action-logout = signed out
web-action-other = other
web-alert-open = open alert
web-alert-muted = muted alert
web-alert-closed = closed alert
web-muted-silence = silence
web-muted-inhibition = inhibition
web-muted-exception = exception
web-message-page = page
web-message-info = information
web-message-delivery-failed = somebody not reached
web-message-reminder = reminder
web-message-role-asked = role asked for
web-message-role-ended = role over
web-message-test = test
web-message-channel-test = weekly test
web-message-monthly = readiness, monthly
web-message-status-pending = on its way
web-message-status-sent = delivered
web-message-status-failed = NOT delivered
web-message-status-cancelled = withdrawn
web-entry-opened = opened
web-entry-extended = more alerts
web-entry-severity = severity
web-entry-acknowledged = acknowledged
web-entry-step-done = step done
web-entry-step-skipped = step skipped
web-entry-step-reopened = step opened again
web-entry-note = note
web-entry-aware = T1
web-entry-status = status
web-entry-scope = scope
web-entry-worse = graver
web-entry-closed = closed
web-entry-duty-decided = duty decided
web-entry-duty-receipt = duty fulfilled
web-entry-duties-confirmed = laws confirmed
web-entry-duty-reopened = to decide anew
web-entry-adopted = configuration adopted
web-entry-actor = about another
web-entry-followed = goes on elsewhere
web-entry-left = off the team
web-entry-report-linked = report from outside
web-entry-seen = seen again
web-entry-blind = blind again
web-entry-clients-imported = clients imported
web-entry-import-removed = list taken back
web-entry-duty-received = request or complaint
web-entry-terms-kept = configuration kept
web-phase-prepare = Prepare
web-phase-detect = Detect and confirm
web-phase-mobilise = Call the team together
web-phase-contain = Stop the leak
web-phase-scope = Find out how much
web-phase-notify = Tell those concerned
web-phase-care = Look after the clients
web-phase-investigate = Investigate
web-phase-recover = Recover
web-phase-learn = Learn
web-phase-close = Close

# First page
web-open-count = { $count ->
    [one] One incident is open
   *[other] { $count } incidents are open
}
web-or-more = or more; the others are under “All incidents”
web-none-open = No incident is open
web-watches = { $count ->
    [one] Nabat watches one source; its last line came { $ago }.
   *[other] Nabat watches { $count } sources; the last line came { $ago }.
}
web-watches-silence = { $count ->
    [one] Nabat watches one source, and no line has come from it yet: until one does, nothing can be noticed.
   *[other] Nabat watches { $count } sources, and no line has come from any of them yet: until one does, nothing can be noticed.
}
web-watches-nothing = Nabat watches no source, so it cannot notice anything. Add sources to the configuration.
web-not-ready = Nabat is not watching properly.
web-stuck = The main loop last turned { $ago }: this page may be out of date.
web-not-kept = Since { $time } nothing can be written to its state, so it reads no further and nobody is told of anything new. The logs keep what comes: let none be deleted. Free space on the disk of the state folder and the database, or give the service's account the right to write there; then it catches up by itself. What the system says: { $why }
web-nobody = NOBODY HAS IT
web-nobody-had-it = nobody
web-has-it = { $person } has it
web-has-it-since = since { $time }
web-since = Since
web-whose = Whose data
web-clients = { $count ->
    [0] no client known by id
    [one] one client
   *[other] { $count } clients
}
web-records = { $count ->
    [one] one record
   *[other] { $count } records
}
web-records-between = { $low } to { $high } records
web-uncounted = { $count ->
    [one] one export or list of which the log does not tell how many records
   *[other] { $count } exports or lists of which the log does not tell how many records
}
web-untouched = No answer with client data to this actor has been seen, and no change of client data, whatever was requested.
web-untouched-follow = Nabat continues to watch until { $time } of event time; a touch makes this an incident about client data.
web-amount-unknown = Not yet known
web-most-overdue = Most overdue
web-pressing = Due next
web-checklist = Checklist
web-progress = { $done } of { $total } done
web-overdue-count = { $count } overdue
web-blind-spots = Blind spots
health-all = No blind spot is known. Checked, each within its time, and found to work:
health-covered = { $sources ->
    [one] one source
   *[other] { $sources } sources
}
health-maps = the record map for { $sources ->
    [one] one source
   *[other] { $sources } sources
}
health-each = each within its time
health-as-far = No blind spot is known. It works as far as it was checked.
health-nothing-checked = Nothing has been checked yet: nobody can say whether anything works.
health-unchecked-title = Not checked:
health-unchecked = { $what }: { $why }
health-stale = { $what }: last worked { $ago }
health-not-yet = not checked yet
health-more = and { $count } more
health-title = What is checked
health-col-what = What
health-col-seen = Last worked
health-col-allowed = Valid for
health-failing = does not work now
health-none-since-start = none since the start
health-loop = the main loop
health-source = the source { $name }
health-map = whether the record map fits { $name }
health-rules = the rules
health-model = the behaviour model
health-target = the target { $name }
health-sender = the sending of messages
health-database = the database
health-state = the state folder
health-journal = the access journal
health-no-line = no line has come from it since the start
health-no-event = lines have come, and none that gives an event
health-map-too-few = not yet checked: { $lines ->
    [0] no line so far
    [one] one line so far
   *[other] { $lines } lines so far
}{ $requests ->
    [0] {""}
    [one] , one of them a successful request
   *[other] , { $requests } of them successful requests
}; it takes { $least }
health-map-only-old = not yet checked: { $lines ->
    [one] one line so far
   *[other] { $lines } lines so far
}, but nearly all were older than a day when they were read; it takes one new touch of client data, or { $least } new lines
health-map-untellable = cannot be checked: nobody can tell which of { $requests } statements or files hold client data; add routes (table: or path:), or set client_data: false
health-map-texts = cannot be checked: its lines name neither an address nor a table that was asked for, so nobody can tell which are about clients; describe them so that they do (docs/formats.md), or set client_data: false
health-map-fits = not checked lately
health-map-fits-nothing = it does not fit
health-map-no-requests = no requests
health-no-rules = no rule is loaded
health-no-event-judged = no event has come for them to judge
health-no-window-judged = it has not scored anybody yet
health-never-tried = never tried (nabat notify test)
health-last-try-failed = the last message did not reach it
health-target-failed = The target { $name } did not accept the last message sent to it.
web-coverage = { $requests ->
    [one] { $share } of one request today and yesterday touches client data by the record map.
   *[other] { $share } of { $requests } requests today and yesterday touch client data by the record map.
}
web-coverage-first = { $requests ->
    [one] { $share } of one request, with those of the first reading, touches client data by the record map.
   *[other] { $share } of { $requests } requests, with those of the first reading, touch client data by the record map.
}
web-unmapped = Most frequent requests that no route covers
web-map = Record map
web-routes-unmatched = { $count ->
    [one] one route has matched nothing
   *[other] { $count } routes have matched nothing
}
web-since-when = since { $time }
web-sources = Sources
web-no-sources = No source is configured.
web-col-source = Source
web-col-files = Files
web-col-lines = Lines
web-col-rejects = Rejects
web-learned-lag = Its lines are up to { $span } old when they are read.
web-judged-apart = Behaviour judges those over two hours old by what came as late before, not by all of the account's past. Rules judge all lines.
web-col-lag = Not yet read
web-col-last-line = Last line
web-col-last-event = Newest event
web-dated-ahead = { $lines ->
    [one] { NUMBER($lines) } line is dated ahead
   *[other] { NUMBER($lines) } lines are dated ahead
}
web-judges = Detection
web-rules = Rules
web-rules-count = { $count ->
    [0] none: only behaviour is judged
    [one] one in use
   *[other] { $count } in use
}
web-rules-unseen = { $count ->
    [one] One of them is about a log of which no event has come since the start
   *[other] { $count } of them are about logs of which no event has come since the start
}
web-rules-waiting = { $count ->
    [one] One waits for events that nothing here reads
   *[other] { $count } wait for events that nothing here reads
}
web-model = Behaviour model
web-started = Running since
web-closed-lately = Recently closed
web-none-closed = No incident has been closed recently.
web-col-incident = Incident
web-col-severity = Severity
web-col-status = Status
web-col-opened = Opened
web-col-closed = Closed
web-col-holder = Who has it
web-col-what = What
web-col-as = Closed as
web-all-title = All incidents
web-all-none = There are no incidents here.
web-newer = Newer
web-older = Older

# One incident
web-hidden = { $count ->
    [one] One older one is left out.
   *[other] { $count } older ones are left out.
}
web-show-all = Show all
web-not-done = This was not done
web-barred = { $who ->
    [none] Nobody of the team may do this here.
   *[other] Not yours to press here; who may: { $who }.
}
web-barred-own = It is your own: a second person has to agree.
web-barred-address = You come from an address of this case: sign in with a one-time code, or act from elsewhere.
web-acknowledge = I have it
web-what = What
web-who = Who
web-why = Why we think so
web-service = System
web-first-event = First event
web-last-event = Last event
web-t0 = Detected (T0)
web-t1 = Confirmed (T1)
web-t0-data = Client data known to be concerned (T0)
web-t0-worse = Known to be what it is (T0)
web-t0-opened = Opened
web-t1-unset = not set; deadlines count from T0
web-risk = Risk
web-score = score
web-actor = Actor
web-other-causes = What it may also be
web-accounts = Accounts
web-related = Also involved
web-addresses = Addresses
web-col-class = Kind of data
web-col-clients = Clients
web-scope-as-of = counted { $time }
web-scope-hint = Which clients they are: `nabat scope { $number } --out clients.csv`
web-no-reasons = Opened by hand or by an older version: no reasons are kept.
web-clocks = Legal deadlines
web-clocks-t0 = Nobody has set T1 yet, so everything counts from T0.
web-col-due = Due
web-other-terms = The configuration has changed since this case opened. It keeps the checklist, laws, team and ladder it began with. What differs, and taking it over:
web-own-target = our own target, not the law’s
web-no-due = no number of hours, or not started yet
web-clock-stopped = { $why ->
    [done] done
    [not_owed] not owed
   *[closed] stopped: incident closed
} { $time }
web-lawyer = Have a lawyer confirm what applies to you.
web-duty-state-undecided = not decided
web-duty-state-owed = owed
web-duty-state-not-owed = not owed
web-duty-state-done = fulfilled
web-duty-state-missed = past due
web-duty-state-moot = nothing to decide
web-duty-to = To: { $recipient }
web-duty-verdict-yes = by the facts: owed
web-duty-verdict-no = by the facts: not owed
web-duty-verdict-ask = a person has to judge
web-duty-exceptions = Not owed, or may wait:
web-duty-fine = A leak of this size may cost: { $fine }
web-duty-decided = Decided by { $by } and { $approver }: { $reason }
web-duty-receipt = Receipt { $number }, sent { $time }, recorded by { $by }
web-duty-version = notice version { $version }
web-duty-act = Decide, or record what was sent
web-duty-owed = It is
web-duty-is-owed = owed
web-duty-is-not-owed = not owed
web-duty-reason = Why
web-duty-memo = What was weighed (a memo)
web-duty-since = When the request or complaint came ({ $zone }), where it starts the clock
web-damaged = Something of this incident cannot be read
web-damaged-hint = The database was altered, or is damaged. What can be read stands below; nothing can be done here until the rest can be read. See nabat verify, and put the recorded value or a backup in its place.
web-duty-came = Came { $time }{ $what ->
    [none] {""}
   *[other] : { $what }
}
web-duty-what-came = A request or complaint came: from whom, its number
web-duty-came-at = When it came ({ $zone }); empty: now
web-duty-received = Record it: its clock runs from then
web-problem-duty-started = The duty { $duty } starts with no request or complaint.
web-problem-duty-known = The duty { $duty } is about this one already.
web-problem-duty-merged = Incident { $number } is part of another incident: record it there.
web-missing-what = Say which request or complaint it is.
web-duty-decide = Keep the decision
web-duty-number = Number of the receipt, or where it is kept
web-duty-sent = When it was sent ({ $zone }); empty: now
web-duty-notice-version = Version of the notice
web-duty-correct = Why an earlier receipt is corrected
web-duty-file = It was sent: keep the receipt
web-duty-confirm = Confirm which laws apply
web-duty-confirm-hint = Keeps what was computed: duties the facts call for become owed, those they rule out do not. What a person has to judge stays open.
web-duty-confirm-note = Note
web-duty-confirm-press = Confirm
web-duty-of-step = Duties it serves (marking the step done fulfils none):
web-missing-owed = Say whether it is owed.
web-missing-number = Give the number of the receipt.
web-standing = Standing duties: what has to be ready before anything happens.
web-no-steps = This incident has no checklist.
web-due = Due:
web-step-act = Mark as done or not needed
web-proof-wanted = What proves it:
web-helps = What Nabat does for it:
web-proof = Proof, or where it is kept
web-step-done = { $step } is done
web-skip-reason = Why it is not needed
web-step-skip = { $step } is not needed
web-step-done-by = Done by { $person }
web-step-skipped-by = Not needed, says { $person }
web-step-reopen-open = Open again
web-reopen-reason = Why it is opened again
web-step-reopen = Open { $step } again
web-acts = What else you can do
web-note = Write a note
web-note-text = Note
web-note-add = Add the note
web-client-data = This concerns client data
web-client-data-hint = Legal deadlines start now, the steps for a leak are added to the checklist, and people are paged again. This cannot be undone: if it turns out wrong, close the incident as a false positive.
web-client-data-reason = Why client data is concerned
web-client-data-say = It concerns client data
web-close-incident = Close the incident
web-close-why = Close as
web-close-note = What was found and done
web-close-two = Another person has to agree before it is closed.
web-close-press = Close
web-closed-as = Closed as “{ $reason }”, { $time }.
web-told = Who was told
web-col-person = Person
web-col-message = Message
web-col-over = Over
web-col-decided = Decided
web-col-became = What became of it
web-tries = { $count ->
    [one] one try
   *[other] { $count } tries
}
web-told-nobody = Nobody has been told yet.
web-timeline = Timeline
web-chain-whole = { $count ->
    [one] The chain is intact: the one entry and the state of the case are as recorded.
   *[other] The chain is intact: all { $count } entries and the state of the case are as recorded.
}
web-chain-broken = THIS CASE WAS ALTERED behind the service: it is not what was recorded. Do not rely on it; secure the database, and run nabat verify.
web-chain-head = Head of the chain
web-raw-lines = Raw lines
web-evidence = Alerts, findings, evidence
web-no-alerts = No alerts belong to this incident.
web-rule = Rule
web-storm = Findings it stands for
web-events = { $count ->
    [one] one event
   *[other] { $count } events
}
web-col-when = When
web-col-file = File
web-col-offset = Offset
web-col-hash = Hash of the line

# Acknowledgement links
web-then = Do first
web-link-why = Press the button to stop the paging. It says that you are working on it.
web-link-only-look = Only look
web-link-taken = { $person } has had it since { $time }. There is nothing left to acknowledge.
web-link-closed = This incident is closed. There is nothing left to acknowledge.
web-link-bad-title = This link does not open anything
web-link-bad = Nothing was changed. Open the incident from the list and acknowledge it there.
web-to-incident = To the incident
web-to-first = To the incidents

# Refusals
web-error-title = That did not work
web-error-400 = The request was not understood.
web-error-403 = This is not allowed.
web-error-404 = There is no such page.
web-error-405 = This address cannot be used that way. Open it from the list.
web-error-408 = The form took too long to arrive. Send it again.
web-error-413 = That is too much text. Shorten it; put long texts elsewhere and write where.
web-error-415 = Only the forms of these pages are accepted.
web-error-500 = Something failed inside Nabat; its own log says where. Nothing was changed by this request.
web-error-503 = The database cannot be used at the moment, so nothing was changed. Try again in a moment.
web-error-busy = Too many requests are waiting, so this one was refused. Nothing was changed; try again in a moment.
web-error-sent-before = This form was sent before, and its answer was lost because Nabat was stopped meanwhile. Nothing was done a second time: look whether it was done, then press again there.
web-error-host = These pages answer only under localhost and the name configured as web.public_url. Open them there, or set web.public_url.
web-error-origin = This form was sent from another site, so it was refused. Nothing was changed.
web-error-token = This form was too old or not from this browser, so nothing was changed. What you typed stands below: look at it, and send it again from this page.
web-error-token-anew = This form was too old or not from this browser, so nothing was changed. Open the page it stands on again, and send it from there.
web-stale-send = Send it again
web-stale-sign-in = Sign in (in another tab)
web-missing-text = The note is empty.
web-missing-reason = Give a reason.
web-missing-why = Choose how the incident is closed.
web-missing-note = Write what was found and done.
web-bad-moment = The date or time was not understood.
web-problem-no-page = This button belongs to no page that was sent.
web-problem-link-used = This link has been used.
web-problem-link-tampered = This link was not made by this service, or it was cut on the way.
web-problem-link-expired = This link is too old.
web-problem-controller = No client of { $controller } is concerned.
web-problem-two-persons = Step { $step } needs two persons: another one has to agree.
web-problem-role = Step { $step } needs somebody who is: { $role }.
web-problem-waits = Step { $step } waits for { $other }: mark { $other } as done first, or as not needed, with a reason.
web-problem-close-waits = Before the incident can be closed as handled, { $other } must be done, or marked as not needed with a reason.
web-problem-close-duty = Before the incident can be closed as handled, the duty { $duty } needs a decision, or its receipt.
web-problem-duty-two = The decision on the duty { $duty } needs two persons: somebody else has to agree.
web-problem-laws-two = Which laws apply takes two persons: somebody else has to agree.
web-problem-adopt-two = What asks for less than before takes two persons: somebody else has to agree.
web-problem-adopt-other = The configuration is no longer the one that was agreed on: decline it, and ask anew.
web-problem-terms-other = The configuration has just changed: try again in a few seconds.
web-problem-missing-note = Write the note.
web-problem-missing-receipt = Write the number of the receipt.
web-problem-missing-reason = Write why, in words.
web-problem-digest-law = Incident { $number } is a digest of history: no law counts from it. Open its row as an incident.
web-problem-no-digest = Incident { $number } is no digest of history: it is an incident already.
web-problem-row-incident = The row { $row } is an incident already: { $number }.
web-problem-no-row = There is no single row that begins with { $row }.
web-problem-close-checklist = Incident { $number } cannot be closed as handled: its checklist is not known any more.
web-problem-in-person = Nobody does this for somebody else: { $person } has to do it.
web-problem-act-for = { $person } may not act for { $other }.
web-problem-duty-done = The duty { $duty } is fulfilled. Correct its receipt, with a reason, or add a note.
web-problem-duty-receipt = The duty { $duty } has a receipt. Say why it is corrected.
web-problem-receipt-follows = The duty { $duty } goes on from { $first }, of which no receipt is recorded yet: its clock runs on. If this is the receipt of the first notice, record it there; else record that one before.
web-problem-receipt-occasion = It cannot have been sent before the request or complaint, { $came }.
web-problem-duty-occasion = The duty { $duty } starts with a request or a complaint: say when it came.
web-problem-law-none = Incident { $number } keeps no law { $law }.
web-problem-duty-none = Incident { $number } has no duty { $duty }.
web-problem-duty-future = The moment given is in the future.
web-problem-duty-early = The moment given lies too long before the first event: look at year and month.
web-problem-receipt-early = The receipt is dated before the case began ({ $began }). Give the moment it was sent; if people knew before, set T1 first.
web-problem-receipt-before = The receipt is dated before that of { $duty } ({ $sent }), which this duty counts from. Give the moment it was sent, or correct that receipt first, with a reason.
web-problem-step-done = Step { $step } is done. Open it again first, with a reason.
web-problem-step-otherwise = { $person } has marked step { $step } done already, in other words. Yours were not kept: add them as a note, or open the step again first, with a reason.
web-problem-step-open = Step { $step } is open already.
web-problem-closed = Incident { $number } is closed. Open it again, with a reason, or add a note.
web-problem-resolved = Incident { $number } is resolved already: there is nothing to agree to.
web-problem-no-step = Incident { $number } has no step { $step }.
web-problem-no-incident = No incident is called “{ $ref }”. Look in the list.
web-problem-future = { $fact } is in the future. Give the moment it happened, or was known.
web-problem-early-report = T0 is more than { $days } days before the first event ({ $first }). Look at year and month; a report may be that old: write { $day } into the reason.
web-problem-early = { $fact } is more than { $days } days before the first event ({ $first }). Look at year and month; give the moment people knew of this incident.

web-history-rows = What was found
web-history-hint = All of this was over for more than a day when it was read. Nobody was paged and no deadline runs. A row that you open becomes an incident of its own: checklist, deadlines and pages count from now.
web-history-nobody = It is over: nobody is paged, and nobody has to acknowledge it.
web-history-col-who = Who
web-history-col-when = When
web-history-col-events = Events, at least
web-history-open = Open as an incident
web-history-opened = Incident { $number }
web-history-reason = Why it is an incident of its own
web-history-reading = First reading: { $share } % ({ $read } of { $whole })
web-history-reading-unknown = First reading: its length is not known
web-history-read = First reading: { $lines ->
    [one] one line
   *[other] { $lines } lines
}, { $rejects ->
    [0] every line understood
    [one] one not understood
   *[other] { $rejects } not understood
}
web-entry-promoted = made an incident
web-missing-row = Say which row.

# Planned work.
web-nav-expected = Planned work
web-expected-title = Planned work
web-expected-hint = What is listed here is recorded and pages nobody while it runs. Ask for it by nabat expect; somebody else agrees here.
web-expected-none = Nothing is expected. What people do in bulk, pages.
web-expected-more = Older ones are shown by nabat expect list.
web-expected-by = asked for by { $by }, reviewed by { $other }
web-expected-asked = asked for by { $by }; covers nothing before somebody else agrees
web-expected-review = Agree
web-expected-end = End now
web-expected-nothing = nothing so far
web-col-expected = Of whom, what
web-col-until = From – until
web-col-why = Why
web-col-covered = Covered
web-problem-expected-over = This exception is not waiting for anybody any more.
web-problem-expected-same = { $person } cannot review it: what { $other } asks for somebody else has to review.
web-problem-expected-own = { $person } cannot decide about an account of their own, or a matter that is about one.
web-problem-expected-none = There is no such exception.
web-problem-expected-past = The end lies before the beginning, or is over.
web-problem-expected-long = An exception lasts { $days } days at most.
web-problem-expected-not-false = Only what was closed as false positive or as allowed can be expected.
web-problem-expected-nobody = This incident is about nobody in particular; ask for an exception for each actor.
web-missing-until = Say until when.
web-expect-alike = Expect more of this
web-expect-alike-hint = The same actor may do the same until then without anybody being paged; somebody else has to agree on the page of planned work.
web-expect-until = Until when, in { $zone } (31 days at most)
web-expect-reason = Why it is expected
web-expect-ask = Ask for an exception

# Feedback.
web-nav-precision = Precision of rules
web-precision-title = How often rules were right
web-precision-hint = By what people said when they closed incidents of the last 365 days. Precision: handled ones among handled ones and false positives, with its 95 % interval.
web-precision-lower = Only false alarms, nobody confirmed it in 90 days: consider a lower level. What that would have changed says nabat rules precision.
web-precision-by-rule = By rule and facet
web-costs-title = Incidents of the last 30 days
web-costs-hint = As they were closed. Behaviour may cost { $asked } false incidents a month (behaviour.false_incidents_a_month). Its thresholds are set by your own last 14 days, not by what is closed here.
web-costs-by = Opened
web-costs-opened = Incidents
web-costs-unsaid = Nothing said yet
web-precision-between = { $low }–{ $high } %
web-col-rule = Rule or facet
web-col-confirmed = Handled
web-col-false = False
web-col-authorised = Allowed
web-col-precision = Precision

web-signin = Sign in
web-signout = Sign out
web-signout-ask = Sign out of this browser?
web-signin-paged = Paged? Open the link in the page: it needs no sign-in.
web-signin-not = Not signed in.
web-signin-tries = After { $tries ->
    [one] a failed try
   *[other] { $tries } failed tries
} from one browser or network it waits { $span }, each further time twice as long. Tries elsewhere do not make a browser wait in which you signed in before.
web-signin-name = Name
web-signin-password = Password
web-signin-code = Code
web-signin-code-hint = the six digits of your app, if you have set it up; a recovery code works too
web-signin-stays = You stay signed in for { $longest }, or { $idle } without a press.
web-signin-lost = Lost your password or your code? An administrator sends you an invitation.
web-signin-recorded = Signing in and every look at client numbers are recorded.
web-signin-over-token = You are not signed in any more, so nothing was done. What you typed stands below: sign in in another tab, then send it again from this page.
web-signin-over-token-anew = You are not signed in any more, so nothing was done. Sign in, and send it again from the page it stands on.
web-signin-nobody = Nobody can sign in yet.
web-signin-first = Set the first password on the machine on which Nabat runs, then load this page again:
web-signin-no-team = NAME is a person of the configuration; there is nobody under team.people yet.
web-own-title = Is this password yours alone?
web-own-asks = { $person }, somebody has signed in as you, and your password is one that { $by } set, or that was set by an invitation of { $by }. Press this if it was you, and nobody else knows the password. From then on your word counts as a second one beside { $by }.
web-own-press = It was me, nobody else knows it
web-own-not = If it was not you, or somebody else may know it: the button below ends the password and signs out every browser. Then choose one of your own, and tell somebody of the team other than { $by }.
web-own-another = It was not me, or somebody else may know it
web-own-done = Your password is your own now: your word counts as a second one.
web-own-on = To the pages
web-problem-rests-on = { $person } signs in with a password that { $other } set or invited to set: that is no second word beside { $other }. { $person } presses the link that was sent when they signed in (signing in again sends a new one), or a third person stands for it: nabat people confirm { $person }.
web-problem-rest-on-one = { $person } and { $second } sign in with passwords that { $other } set or invited to set: these are not two people's words. One of them presses the link that was sent when they signed in (signing in again sends a new one), or a third person stands for one: nabat people confirm { $second }.
web-problem-no-word = Nobody's word is waited for about: { $subject }. It was agreed to or declined, or never asked for.
web-problem-own-over = This question was answered, or the password is another by now. Signing in asks again where it has to.
web-invite-title = Invitation
web-invite-hello = Welcome, { $person }
web-invite-choose = Choose a password of at least { $count } characters. Four words make a good one.
web-invite-again = The same again
web-invite-differ = The two passwords differ.
web-invite-codes = Put this key into your authenticator app and type the code it shows:
web-invite-set = Set the password and sign in
web-invite-demo = This is the demonstration: no password is needed.
web-invite-sign-in = Sign in as { $person }
web-invite-bad = This invitation cannot be used
web-invite-case = Let somebody in
web-invite-case-hint = Somebody of the team whom neither a role nor a page lets into this case. The timeline says so.
web-invite-person = Short name
web-invite-reason = Why they are needed
web-invite-press = Let in
web-missing-person = Say who it is.
web-missing-skip = Choose why the step is not needed.
web-skip-why = Why it is not needed
web-skip-not-concerned = does not concern this case
web-skip-not-required = nobody asks for it here
web-skip-done-elsewhere = done and recorded elsewhere
web-skip-impossible = cannot be done any more
web-skip-replaced = another step or case does it
web-approval-asked = { $act ->
    [skip_step] { $person } says that this is not needed. A second person has to agree.
   *[other] { $person } has done this. A second person has to agree.
}
web-approve = I agree
web-decline = I do not agree
web-decline-reason = Why not
web-two-needed = Another person has to agree before it counts.
web-entry-approval-asked = second person asked
web-entry-approval-declined = not agreed to
web-entry-looked = client numbers seen
web-entry-invited = let in
web-entry-stood-in = stand-in
web-problem-no-approval = Nothing waits for a second person at step { $step }.
web-problem-asked-before = { $person } has asked for a second person’s word on { $subject }. Agree to it, or do not, and ask anew.
web-problem-asked-anew = { $person } has asked for something else about { $subject } since this page was shown. Read it, and agree to that or do not.
web-problem-author-gone = Whoever asked for step { $step } may not do it any more. Decline it, and let somebody else do the step.
web-problem-not-called = You were not called into incident { $number }. Ask to be called in: { $who }.
web-problem-may-not = { $person } may not do this. Who may: { $who }.
web-problem-address = You come from { $address }, an address of this case. Sign in with a one-time code, or act from elsewhere.
web-problem-not-on-team = { $person } is not on the team.
web-problem-not-invited = { $person } cannot be invited. One of: { $who }.
web-problem-not-handed = { $person } cannot be handed this. One of: { $who }.
web-problem-nobody-has = Nobody has incident { $number }. Acknowledge it first.
web-problem-all-called = Everybody else was called about incident { $number }. Take it, or telephone somebody.
web-problem-nobody-else = Nobody else can take incident { $number }. Invite somebody first.
web-problem-other-has = { $person } has incident { $number }: let them hand it over.
web-problem-snooze-over = This time is over. Give one that is still to come.
web-problem-snooze-far = This is too far off: it can be put off no longer than an acknowledgement lasts.
web-problem-proof-words = Step { $step } asks for words: write what was found or done.
web-problem-proof-reference = Step { $step } asks for something to find it by: the number of a ticket or document, a link.
web-problem-proof-receipt = Step { $step } asks for the number of the receipt.
web-problem-proof-time = Step { $step } asks for the time, such as 09:14.
web-problem-proof-hash = Step { $step } asks for a SHA-256: 64 hexadecimal digits.
web-signin-provider = Sign in with { $provider }
web-problem-provider-word = What the provider says of who you are does not hold: sign in again. The service's log says why.
web-problem-provider-busy = Others are signing in at the provider just now, and it is slow: try again in some seconds.
web-problem-provider-unreached = The provider cannot be reached, or is not the one that is configured. Sign in by password; the service's log says why.
web-problem-provider-none = No provider signs people in here: sign in by password.
web-problem-provider-groups = None of your groups at the provider may sign in here.
web-problem-provider-factor = The provider asked you for no second factor, and one is required here.
web-problem-provider-not = The provider did not sign you in: try again, or sign in by password.
web-problem-provider-elsewhere = This was begun in another browser, or more than ten minutes ago: begin again.
web-problem-sign-in = Name, password or code did not fit, or this name has to wait.
web-problem-codes = One-time codes are required here and you have set up none. Ask for an invitation, or run nabat people totp.
web-problem-code = The code does not belong to this key. Type the one the app shows now.
web-problem-invitation = It was used, is too old, or was not made here. Ask for a new one.
web-problem-password-short = The password has fewer than { $count } characters.
web-problem-password-same = The password has fewer than { $count } different characters.
web-problem-password-long = The password has more than { $count } characters.
web-problem-password-common = The password is little more than a name or a common word.
web-close-asked = { $person } wants to close this incident as: { $reason }. A second person has to agree.
web-hold-asked = { $person } wants this incident to wait until { $time }: nobody is called about it again before, unless it gets worse. A second person has to agree.
web-letters-asked = { $person } says of { NUMBER($count) } { $count ->
    [one] client whose letter
   *[other] clients whose letters
} can still go: { $how }. Letters go on until a second person agrees.
web-merge-asked = { $person } wants incident { $one } to go on as { $other }. Whom either is about is kept out of both by it, so a second person has to agree.
web-resolve-asked = { $person } wants to call this incident resolved: nobody is paged about it from then on. A second person has to agree.
web-receipt-asked = { $person } has corrected the receipt of { $duty }: { $number }, sent at { $at }. By it less is late, or due later, so a second person has to agree; the receipt there is counts until then.
web-duty-asked = { $person } has decided that { $duty } is { $owed ->
    [yes] owed
   *[no] not owed
}. A second person has to agree.
web-word-asked = { $person } has decided something about { $subject }. A second person has to agree.
web-owed-title = { $count ->
    [one] One thing is owed
   *[other] { $count } things are owed
}
web-given-back = What you typed was not recorded; copy from here what you still need
web-owed-first = Counted in the { $count } incidents that have something due first; in all of them: nabat agenda
web-owed-more = { $count ->
    [one] and one more: nabat agenda
   *[other] and { $count } more: nabat agenda
}
web-owed-digest = in the morning's digest
web-owed-answer = a step or a note, or the acknowledgement of { $what } lapses
web-owed-step = { $what } { $title }
web-owed-duty = { $title }
web-owed-approval = { $what }: another person has to agree, asked for by { $who }
web-owed-report = look at { $title } ({ $what })
web-owed-role = { $title }: { $who } was asked and has not accepted
web-owed-question = questions of clients without an answer: { $title }
web-owed-hold = a look: the hold is over
web-owed-briefing = the next briefing: one filed, a note or a fact
web-owed-follow-up = { $what } days after the close: { $title }
web-col-owner = Whose
web-called-again = What has changed since the last acknowledgement:
web-hands = Take over, hand over, put off
web-takeover = I have it from now on
web-roles = Roles of this case
web-role-state-held = accepted
web-role-state-waits = not accepted yet; { $by } asked
web-role-ask = Ask somebody to hold a role
web-role-ask-hint = They are written to and may see the case at once. The role is theirs when they accept; whoever was asked for it before does not hold it any more.
web-role-which = Role
web-role-who = Who
web-role-reason = Why
web-role-ask-press = Ask
web-role-accept = Accept: { $role }
web-role-decline = Decline or give back: { $role }
web-role-decline-why = Why not
web-role-decline-press = Decline
web-role-withdraw = Take back: { $role }, { $person }
web-role-withdraw-why = Why
web-role-withdraw-press = Take back
web-role-link-title = Will you be { $role }?
web-role-link-asks = { $by } asked you { $time }.
web-role-link-what = When you accept, the steps and duties of this role are yours first, in this case.
web-role-link-held = The role is yours: { $role }.
web-role-link-over = You are not asked for this role any more. There is nothing left to answer.
web-role-link-press = Accept
web-missing-role = Choose a role.
web-problem-not-asked = { $person } cannot be asked to hold a role here. One of: { $who }.
web-problem-role-own = Nobody gives a role to themselves: let the lead or the deputy ask you.
web-problem-role-held = { $person } accepted this role: only the lead or the deputy asks somebody else for it.
web-problem-role-lead = Only the lead or the deputy asks { $person } for this role: it leads, or sees who the clients are.
web-problem-role-word = { $person } has a word here only because { $other } asked for it: let somebody else approve.
web-problem-role-none = { $person } was not asked for this role, or somebody else was asked since.
web-problem-role-taken = { $person } accepted this role: only the lead or the deputy takes it back.
web-problem-role-asker = { $person } asked for this role: only they, the lead or the deputy take it back.
web-problem-role-nobody = Nobody was asked for this role, or it was declined or taken back since.
web-problem-role-again = { $person } was asked for this role less than { $minutes } minutes ago: telephone, or ask again later.
web-problem-role-often = { $person } has asked for roles here { $count } times within an hour: telephone, or let somebody else ask.
web-entry-role-asked = role asked for
web-entry-role-accepted = role accepted
web-entry-role-declined = role declined
web-entry-role-withdrawn = role taken back
web-handover = Hand over
web-handover-to = To whom
web-missing-to = Say to whom.
web-snooze = Put off
web-snooze-hint = Nobody has it and nobody is paged until then. Then the team is paged again, and at once if it gets worse.
web-snooze-until = Until when ({ $zone })
web-snooze-reason = Why it can wait
web-on-hold-until = On hold until { $time }. Then the team is paged again.
web-stands = Where it stands
web-stands-hint = On hold, an acknowledgement does not lapse; the team is paged again at the end, 31 days from now at the latest. Resolved ends the paging and begins what counts from the close.
web-stands-to = Status
web-stands-until = On hold until ({ $zone })
web-stands-reason = Why
web-stands-press = Set the status
web-missing-subject = Say which request the word is about.
web-missing-stands = Say where it stands.
web-open-again = Open this incident again
web-open-again-hint = The team is paged at once, the clocks of the law count as they did, and what the close had done is taken back.
web-open-again-reason = Why it is opened again
web-open-again-press = Open again
web-problem-hold-end = A hold needs an end.
web-problem-hold-far = That is too far: a hold lasts { $days } days at most.
web-problem-hold-only = Only a hold has an end.
web-problem-no-hold = This status cannot be set from where the incident stands.
web-problem-is-open = Incident { $number } is open.
web-merge = Merge into another incident
web-merge-hint = Where both are one matter: this one ends and points to the other, which goes on with the alerts, clients and facts of both and their earliest clocks. It can be taken back.
web-merge-into = Number or code name of the other
web-merge-reason = Why they are one matter
web-merge-press = Merge
web-missing-into = Name the other incident.
web-unmerge = Make it a matter of its own again
web-unmerge-hint = Its alerts come back, its team is paged, and the clocks of both count as they did.
web-unmerge-reason = Why they are two matters
web-unmerge-press = Part them
web-goes-on-in = It goes on in another incident.
web-related-cases = Other incidents that may belong to it
web-related-cases-hint = By actor, address and clients, of 90 days before and after. Merge what is one matter.
web-entry-merged = merged
web-entry-unmerged = parted
web-problem-merge-closed = Incident { $number } is closed. Open it again first.
web-problem-merge-same = That is the same incident. Name the other one.
web-problem-merge-apart = Incident { $number } stands for itself: digests, storms, drills and blind spots are not merged.
web-problem-merged = Incident { $number } goes on in another one. Part them instead.
web-problem-not-merged = Incident { $number } was not merged by a person.
web-open-case = Open an incident by hand
web-open-case-hint = For what no line of a log tells: a call from a partner, a lost laptop. The team is paged, and the clocks of the law count from now where the checklist is one about client data. Whose data it was is counted from the access journal, of the accounts and addresses you name, between the times you name.
web-open-case-title = What it is about, in a few words. No names of clients: it is sent to phones
web-open-case-playbook = Checklist
web-open-case-actors = Accounts, where they are known, with spaces between
web-open-case-addresses = Addresses it came from, where they are known, with spaces between
web-open-case-since = Since when ({ $zone })
web-open-case-until = Until when ({ $zone }); empty: until now
web-open-case-reason = Who said what, and when
web-open-case-press = Open it and page the team
web-nobody-named = nobody named
web-missing-severity = Choose a severity.
web-problem-case-title = Say in a few words what it is about.
web-problem-case-long = The title has more than { $count } characters. Put the rest into the reason.
web-problem-case-reason = Say who said what, and when.
web-problem-case-playbook = Choose a checklist.
web-problem-case-address = { $text } is no address. Write one like 192.0.2.7.
web-problem-case-actor = { $text } is no account. Write it as the logs do.
web-problem-case-many = { $text } means many. Name each.
web-problem-case-future = That moment is still to come. Leave it out: it counts until now.
web-problem-case-order = The first moment is later than the second.
web-problem-case-own = { $person }: nobody opens an incident about an account of their own. Let somebody else of the team do it.
web-problem-case-unheard = An incident about somebody of the team takes rights from them at once, and at this severity it would page nobody. Choose a higher one.
web-problem-merge-each = Each of the two is about somebody who sees the other. Leave them apart: each stays with those who may see it.
web-problem-merge-two = People who see a grave case would be kept out of it: another person has to agree to this.
web-problem-case-everybody = Nobody but { $person } could decide about this incident: it would be about everybody else of the team. Open one for each, so that others see it.
web-entry-unacknowledged = paged again
web-entry-reopened = opened again
web-entry-taken-over = taken over
web-entry-handed-over = handed over
web-entry-passed-on = handed on
web-entry-snoozed = put off

# What is stated of a case.
web-facts = Facts
web-facts-hint = Nothing here is overwritten: a correction is a newer statement. The reading in bold counts; deadlines and duties are computed from it.
web-col-fact = What
web-col-value = Reading
web-col-author = Whose word
web-entry-fact = fact
web-fact-t0 = T0: known since
web-fact-t1 = T1: aware since
web-fact-flow-stopped = Nothing flows since
web-fact-cause = Cause
web-fact-persons = People concerned
web-fact-severity = Severity
web-cause-attack = attack
web-cause-failure = technical failure
web-cause-human-error = human error
web-cause-insider = insider
web-cause-unknown = not known
web-fact-withdrawn = withdrawn
web-fact-about = about { $number }
web-fact-at-least = at least { $number }
web-fact-not-counting = does not count
web-fact-approved = agreed to by { $person }
web-fact-computed-t0 = detection
web-fact-computed-t1 = set before facts were kept: see the timeline
web-fact-computed-cause = nobody has stated it
web-fact-computed-persons = counted from the logs
web-fact-computed-severity = computed from findings and scope
web-fact-state = State or correct: { $fact }
web-fact-hint-t0 = Somebody outside reported it before the logs showed it: a client, a partner, a regulator. Give when the report was received, who reported it, and what they said. What counts from T0 counts from then.
web-fact-hint-t1 = The moment from which we know that client data is concerned. Deadlines of laws that count from awareness count from it. One that comes late, or later than the one there is, waits for a second person where a duty would be due later.
web-fact-hint-flow-stopped = The moment since which no client data flows any more. It is stated by itself when the step is done that stops the flow, and withdrawn when it turns out not to hold.
web-fact-hint-cause = What caused it, as far as it is known. It can be corrected.
web-fact-hint-persons = How many people are concerned by what is known outside the logs: a number, ~1200 where it is an estimate. It stands beside what the scope counts; duties go by whichever is more.
web-fact-hint-severity = Raised, it calls whoever has answered again. Lowered, it waits for a second person, and holds until more becomes known.
web-fact-people = How many people
web-fact-at = When, in { $zone }; empty: now
web-fact-received = When it was received, in { $zone }
web-fact-withdraw = What was stated before does not hold, and nothing stands in its place
web-fact-source = From whom or from where it is known
web-fact-source-t0 = Who reported it
web-fact-source-persons = Where the number comes from
web-fact-reason = Why; what was said
web-fact-press = State it
web-fact-asked = { $person } asks to correct “{ $fact }”, new reading: { $value }. Less would be asked for, or later{ $duties ->
    [none] {""}
   *[other] {" "}({ $duties })
}. A second person has to agree; the reading there is counts until then.
web-missing-fact = Say what the fact is about.
web-t0-reported = Reported from outside (T0)
web-problem-fact-two = By this, less would be asked for or later ({ $less }): another person has to agree.
web-problem-fact-severity = A lower severity needs two persons: another one has to agree.
web-problem-fact-t0 = An outside report moves T0 only if it came before detection ({ $shown }).
web-problem-fact-flow = Client data was touched after that moment ({ $last }). Give a later one.
web-problem-fact-source = Say who reported it, or where the number comes from.
web-problem-fact-source-long = The source has more than { $count } characters. Name it in short; what was said belongs to the reason.
web-problem-fact-value = { $kind ->
    [persons] Give a number of people, ~1200 where it is an estimate.
    [cause] Choose a cause.
    [severity] Choose a severity.
   *[other] The date or time was not understood.
}
# Who is on call, and the team.
web-nav-people = People
web-people-title = People
web-people-team = The team
web-on-call-now = On call now: { $person }.
web-on-call-deputy = Deputy: { $person }.
web-on-call-nobody = By the rota nobody is on call now: the first who holds the role is called.
web-on-call-no-rota = There is no rota (notify.rota): the ladder calls by roles alone.
web-on-call-coming = The weeks to come
web-on-call-hole = nobody
web-on-call-more = What comes later is listed by `nabat oncall`.
web-on-call-passed = { $person } is away
web-on-call-by-override = by an override
web-on-call-by-calendar = by the calendar
web-on-call-by-turn = in turn
web-on-call-by-nothing = nobody is named
web-away-until = away until { $time }
web-col-on-call = On call
web-col-deputy = Deputy
web-col-roles = Roles
web-col-there = There

# Silences and inhibitions that people make.
web-nav-silences = Silences
web-silences-title = Silences
web-silences-hint = What is listed here is recorded and shown, opens no incident and pages nobody while it runs. What is critical and about clients, blind spots, and accounts beyond the fifth page until a second person agrees; a silence of a whole severity covers nothing until then. Planted clients are never muted, and what belongs to an open incident goes on there.
web-silences-none = Nothing is silenced.
web-silences-more = Older ones are shown by nabat silences list.
web-col-silence = What is muted
web-silence-while = while this is open:
web-silence-state-planned = planned
web-silence-state-running = running
web-silence-state-not-in-force = not in force
web-silence-state-ended = ended
web-silence-by-one = by { $by } alone: what takes two people pages
web-silence-by-two = by { $by }, agreed to by { $other }
web-silence-ended-by = Ended by { $by }.
web-silence-confirm = Agree
web-silence-end = End now
web-silence-new = A new silence
web-silence-matchers = What is muted: label=value, several are all asked for (actor, actor_type, matter, rule, severity, service, playbook)
web-silence-source = Only while an alert is open that is (empty: always)
web-silence-until = Until (31 days at most)
web-silence-reason = Why
web-silence-make = Silence it
web-problem-silence-past = The end is not later than the beginning, or is over.
web-problem-silence-long = A silence lasts { $days } days at most.
web-problem-silence-words = That is longer than { $count } characters.
web-problem-silence-many = More than { $count } labels: make a silence for each.
web-problem-silence-text = { $text } says nothing of a label: write label=value or label!=value.
web-problem-silence-label = There is no label { $text }; labels are { $labels }.
web-problem-silence-wide = It would be about nearly everything: name an actor, a matter, a rule, a service or a playbook.
web-problem-silence-actor = { $text } fits nothing and would mute nothing. An account is written { $account }; other actors begin with session:, ip:, host: or unnamed:.
web-problem-silence-address = { $text } fits nothing: this address counts as { $address }. Write that.
web-problem-silence-no-address = { $text } fits nothing: that is no address. Name one, or the beginning of several: ip:192.0.2.*
web-problem-silence-value = { $text } fits nothing and would mute nothing. { $label } is one of { $values }.
web-problem-silence-unknown = { $text } fits nothing and would mute nothing: no { $label } is called that.
web-problem-silence-unknown-near = { $text } fits nothing and would mute nothing: no { $label } is called that. Did you mean { $near }?
web-problem-silence-own = { $person } cannot silence what is about an account of their own.
web-problem-silence-same = { $person } is no second person for what { $other } has made: somebody else has to agree.
web-problem-silence-over = This silence has ended, or somebody has agreed to it already.
web-problem-silence-none = There is no such silence.
web-owed-silence = silence { $what } ends: { $title }

# The frame of every page
web-nav-incidents = Incidents
web-nav-sources = Sources
web-live = Live
web-stale = No answer for { $s } s: this may be old
web-as-of-short = As of { $time }
web-reload = Reload
web-account-menu = account menu
web-agenda = What is owed
web-strip = { $name }: nobody has it, for { $span }
web-strip-take = I can take it
web-keys = Keyboard
web-key-now = now
web-key-incidents = incidents
web-key-rows = next, previous
web-key-take = go to “I have it”
web-key-next = go to the next thing to do
web-key-undo = go to undo
web-key-tabs = tabs of an incident
web-key-list = this list
web-keys-off = Switch single keys off
web-so-many-of = { $count } of { $total }
web-for-span = for { $span }
web-you-have-it = You have it

# Now
web-open-nobody = { $count ->
    [one] , one has nobody
   *[other] , { $count } have nobody
}
web-you-owe = You owe
web-you-owe-nothing = Nothing is yours just now.
web-nobody-reached = nobody can be reached
web-reminds = speaks again { $time }
web-rota = Rota
web-on-call-until = first, until { $time }
web-next-by-law = Next by law
web-can-see = Can Nabat see?
web-can-see-more = Sources and blind spots
web-col-day = 24 hours
web-strip-said = { $source }, 24 hours: { $lines ->
    [0] no line
    [one] one line
   *[other] { $lines } lines, most of them from { $time }: { $most }
}
web-strip-read = lines, by hour
web-strip-silent = no line
web-strip-off = not watched
web-sources-seen = each within its time
web-unread = { $size } not yet read
web-rules-figure = { $count ->
    [one] one rule
   *[other] { $count } rules
}
web-targets = Ways to people
web-targets-failed = { $count } failed
web-targets-untried = not all tried
web-targets-none = none
web-targets-work = all work
web-targets-under = by the last message each took
web-spots-answer = { $count ->
    [one] One thing is not seen, or does not work.
   *[other] { $count } things are not seen, or do not work.
}
web-spots-hint = each pages its owner
web-all-sources = All sources
web-untouched-short = no client data seen

# The overview of an incident
web-incident-tabs = Incident { $name }
web-tab-overview = Overview
web-tab-steps = Steps
web-tab-clients = Whose data
web-tab-duties = Duties
web-tab-actor = Who did it
web-tab-timeline = Timeline
web-tab-evidence = Evidence
web-tab-people = People
web-tab-documents = Documents
web-tab-letters = Letters
web-tab-lessons = Lessons
web-brief-what = { $reason ->
    [none] { $title }, since { $since }.
   *[other] { $title }, since { $since }. { $reason }.
}
web-brief-class = { $name } { NUMBER($count) }
web-brief-clients = { $count ->
    [one] One client is concerned
   *[other] { NUMBER($count) } clients are concerned
}{ $classes ->
    [none] {""}
   *[other] {": "}{ $classes }
}{ $more ->
    [0] {""}
   *[other] {" "}and more
}.
web-brief-uncounted = Client data is concerned; how many clients is not known.
web-brief-untouched = No client data has been seen to be touched.
web-brief-stopped = The flow was stopped at { $time }; nothing has been seen since.
web-brief-again = It goes on after it was said to be stopped: the last touch was { $ago }.
web-brief-going = It is going on: the last touch was { $ago }.
web-brief-quiet = The last touch was { $ago }; nobody has said that it is stopped.
web-brief-unseen = No log shows it, and nobody has said that it is stopped.
web-brief-missed = { $count ->
    [one] One legal deadline has passed.
   *[other] { $count } legal deadlines have passed.
}
web-brief-due = { $missed ->
    [0] The first legal deadline is { $left } ({ $time }): { $duty }.
   *[other] The next one is { $left } ({ $time }): { $duty }.
}
web-brief-nobody = Nobody has it.
web-brief-overdue = { $count ->
    [one] One step is overdue.
   *[other] { $count } steps are overdue.
}
web-brief-asked = { $count ->
    [one] One thing waits for a second person’s word.
   *[other] { $count } things wait for a second person’s word.
}
web-drill-nothing = Nothing has happened; no legal clock runs.
web-note-short = Note
web-done-by-you = marked by you, { $time }.
web-undo = Undo
web-undo-hint = adds to the timeline, erases nothing
web-undo-reason = marked by mistake
web-tile-flow = Flow
web-flow-untouched = None seen
web-flow-stopped = Stopped
web-flow-again = Goes on
web-flow-going = Goes on
web-flow-quiet = Not stopped
web-flow-untouched-under = no answer with client data
web-flow-stopped-under = { $time }, quiet for { $span }
web-flow-again-under = last touch { $time }, after “stopped”
web-flow-going-under = last touch { $time }
web-flow-quiet-under = last touch { $time }, quiet for { $span }
web-flow-unseen = Not stopped
web-flow-unseen-under = no log shows it
web-flow-closed = Case closed
web-flow-closed-under = last touch { $time }, as known at the close
web-steps-left = { $count ->
    [0] all done or skipped
    [one] one left open at the close
   *[other] { $count } left open at the close
}
web-tile-law = Next legal deadline
web-overdue = overdue
web-no-clock = None runs
web-no-clock-closed = the incident is closed
web-no-clock-duties = nothing open has a due time
web-no-clock-laws = no law is configured
web-no-clock-data = no client data is known to be concerned
web-none-overdue = none overdue
web-nobodys = Nobody’s
web-uncounted-short = { $count ->
    [one] one more that no log counts
   *[other] { $count } more that no log counts
}
web-do-next = Do next
web-nothing-next = No step has a time to keep.
web-next-word = { $person } asks for a second word: { $subject }
web-next-word-own = Waits for a second person’s word: { $subject }
web-next-look = Look and decide
web-more-clients = Versions, lists, limits
web-more-actor = Compared with other days
web-more-timeline = The whole timeline
web-more-people = Messages, and who may look
web-more-evidence = Facts, alerts, findings
web-all-of-them = All { $count }
web-explained = What explains the touches
web-apart = Apart
web-then-watched = Watched on
web-share = Share
web-versions-lists = Versions, and lists brought by people
web-chain-short = { $count ->
    [one] intact, one entry
   *[other] intact, { $count } entries
}
web-chain-altered = ALTERED
web-unreached = { $count ->
    [one] one not reached
   *[other] { $count } not reached
}
web-evidence-facts = Evidence and facts
web-told-count = { $count ->
    [0] nobody yet
    [one] one message
   *[other] { $count } messages
}
web-reached-has-it = has it since
web-reached-sent = delivered
web-reached-pending = on its way since
web-reached-failed = NOT reached
web-kept-out = Whoever holds an account of this incident is kept out of it.
web-documents-filed = Filed
web-records-word = Records
web-link-you = You are { $person }.
web-link-paged = Told so far
web-link-yours = This link is yours alone and names no client.

# The picture of an overview
web-chart-title = Touches of client data, by hour
web-chart-said = Touches of client data by hour. The most were { NUMBER($most) }, on { $day } from { $hour }:00; { NUMBER($inside) } in the hours of the incident.
web-chart-inside = in the hours of the incident
web-chart-usual = other work of the same accounts
web-chart-first = first event
web-chart-taken = “I have it”
web-chart-stopped = stopped
web-chart-t1 = T1
web-chart-hour = From
web-as-table = As a table
web-routes-which = Which
web-chart-show = Show the picture
web-subject-receipt = a corrected receipt: { $title }
web-subject-import = taking a list of clients back
web-subject-laws = which laws apply
web-subject-terms = taking over the configuration
web-subject-close = closing the incident
web-subject-reopen = opening it again
web-subject-resolve = calling it resolved
web-subject-merge = merging incidents
web-subject-hold = letting it wait
web-subject-letters = how clients were told whose letters can still go
web-link-pass = I can’t: page the next
web-link-passed = The next ones are paged now. You can still take it.
web-typed-reason = Reason
web-typed-text = Text
web-typed-title = Title
web-typed-value = Value
web-typed-matchers = What is muted
web-typed-while = While
web-typed-until = Until
web-typed-since = Since
web-typed-at = When
web-typed-body = Text
web-typed-person = Person
web-typed-to = To whom
web-typed-role = Role
web-typed-number = Number
web-typed-proof = Proof
web-typed-note = Note
web-typed-playbook = Checklist
web-typed-severity = Severity
web-typed-kind = Kind
web-typed-language = Language
web-typed-why = Why
web-typed-fact = Fact
web-typed-subject = About
web-typed-into = Into
web-typed-owner = Owner
web-typed-amount = Amount
web-typed-incident = Incident
web-typed-due = Due
web-typed-duty = Duty

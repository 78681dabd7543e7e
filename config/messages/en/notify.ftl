# What people are told: pages, notes, test messages. Plain text; no client data.

notify-severity-low = Low
notify-severity-medium = Medium
notify-severity-high = HIGH
notify-severity-critical = CRITICAL
notify-drill = DRILL

notify-page-title = { $severity }: { $name }
notify-head = { $severity }: { $name }
notify-by-hand = Opened by hand by { $by }
notify-again = PAGED AGAIN: more is known than at the acknowledgement. Look again.
notify-again-for = PAGED AGAIN. What has changed: { $what }
notify-worse-leak = IT GOT WORSE: client data is now known to be concerned.
notify-worse-alteration = IT GOT WORSE: client data was changed or deleted.
notify-worse-account_takeover = IT GOT WORSE: somebody else seems to use an account.
notify-worse-web_attack = IT GOT WORSE: the web site is attacked as well.
notify-worse-account_attack = IT GOT WORSE: accounts are being attacked.
notify-what = What: { $what }
notify-who = Who: { $who }
notify-who-in = Who: { $who } in { $service }
notify-since = Since: { $time }
notify-first = First: { $step }
notify-your-step = Your step: { $step }
notify-instead = You are called because somebody is away: { $who }
notify-acknowledge = Acknowledge: { $link }
notify-view = See: { $link }

notify-actor-human = a staff account ({ $name })
notify-actor-admin = an administrator account ({ $name })
notify-actor-service = a service account
notify-actor-anonymous = somebody not signed in
notify-actor-session = a session without an account name
notify-actor-ip = a network address without an account
notify-actor-session-of-accounts = one session of { $count } accounts{ notify-names-part }
notify-actor-ip-of-accounts = a network address with { $count } accounts{ notify-names-part }
notify-actor-of-accounts = { $count } accounts{ notify-names-part }
notify-names-part = { $names ->
    [none] {""}
   *[other] {" "}({ $names } …)
}
notify-actor-host = an unnamed account on the machine { $name }
notify-actor-unnamed = somebody the log does not name
notify-actor-unknown = an account ({ $name })
notify-actor-more = { $count ->
    [one] { $who } and one more
   *[other] { $who } and { $count } more
}

notify-clients = { $count ->
    [one] { $count } client
   *[other] { $count } clients
}
notify-records = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
notify-records-up-to = { $count ->
    [one] up to { $count } record
   *[other] up to { $count } records
}
notify-records-between = { $low } to { $high } records
notify-uncounted = { $count ->
    [one] one export or list of which the log does not tell how many records
   *[other] { $count } exports or lists of which the log does not tell how many records
}
notify-untouched = Client data: none seen sent or changed so far
notify-amount-unknown = not yet known
notify-amount = How much: { $amount }
notify-amount-of = How much: { $amount }; data: { $classes }
notify-and-more = and { $count } more

notify-taken-title = { $name }: { $person } has it
notify-taken = { $person } has { $name }, since { $time }. No more pages will come.
notify-unreached-title = { $name }: somebody could not be reached
notify-unreached = { $count ->
    [one] { $name }: no page could be delivered to { $people }. The next in line has been paged; please call this person.
   *[other] { $name }: no page could be delivered to { $people }. The next in line have been paged; please call these people.
}
notify-somebody = somebody

notify-trial-title = { $organization }: test message
notify-trial = This is a test of the target { $target } of { $organization }'s crisis team. Nothing has happened; there is nothing to do.

notify-error-timeout = no answer in time
notify-error-connect = no connection
notify-error-name = the server's name is not known
notify-error-tls = the server's certificate is not trusted
notify-error-http = the server answered HTTP { $number }
notify-error-smtp = the mail server answered { $number }
notify-error-url = the target's URL is not valid
notify-error-target = the target is not configured
notify-error-other = the service did not accept it

notify-role-lead = crisis lead
notify-role-dep = deputy
notify-role-scr = scribe
notify-role-soc = security analyst
notify-role-own = system owner
notify-role-dpo = data protection officer
notify-role-com = communications
notify-role-care = client care
notify-role-hr = human resources
notify-role-exe = executive
notify-role-fin = finance
notify-role-ext = outside expert
notify-role-everybody = everybody

notify-history-title = { $name }: found in history
notify-history = None of it is going on now: nobody is paged and no deadline runs. Look through the table and open what is real as an incident of its own.

# The head of the chain over the case, with each message: see `nabat verify --seal`.
notify-seal = Seal { $seal }
notify-reminder-title = { $count ->
    [one] Waits for you: { $name }
   *[other] { $count } things wait for you: { $name }
}
notify-reminder = Waits for you in { $name }:
notify-digest-title = { $count ->
    [one] This morning one thing is owed
   *[other] This morning { $count } things are owed
}
notify-digest-more = { $count ->
    [one] and one more incident
   *[other] and { $count } more incidents
}
notify-owed-step = { $late ->
    [late] OVERDUE since { $time }: { $what } { $title }
   *[due] until { $time }: { $what } { $title }
}
notify-owed-duty = { $late ->
    [late] MISSED at { $time }: { $title }
   *[due] deadline { $time }: { $title }
}
notify-owed-approval = { $what }: another person has to agree, asked for by { $who }
notify-owed-role = to be { $title }: { $who } was asked and has not accepted; accept or decline it, or ask somebody else
notify-owed-question = questions of clients without an answer: { $title }; see: nabat calls list
notify-owed-hold = on hold until { $time }
notify-owed-briefing = { $late ->
    [late] BRIEFING DUE since { $time }: { $title } File it (nabat notices draft, form briefing) or write a note of it: the next is counted from there
   *[due] next briefing by { $time }
}
notify-owed-withdrawal = { $late ->
    [late] to be withdrawn since { $time }: { $title }; see: nabat incidents withdrawals
   *[due] to be withdrawn by { $time }: { $title }; see: nabat incidents withdrawals
}
notify-owed-follow-up = { $late ->
    [late] { $what } days after the close, due since { $time }: { $title } A note on the case ends this
   *[due] { $what } days after the close, by { $time }: { $title }
}
notify-owed-answer = { $late ->
    [late] nothing was done or noted until { $time }
   *[due] until { $time } a step or a note, or the acknowledgement lapses
}
notify-handed-title = Yours now: { $name } (from { $person })
notify-handed = { $person } handed { $name } over: you have it now. Without a step or a note in time the team is paged again.
notify-role-asked-title = Will you be { $role }? { $name } (asked by { $person })
notify-role-asked = { $person } asks you to be { $role } in { $name }. It is yours when you accept: by the link below, "I have it", the tab People of its page, or nabat incidents accept { $number } { $word }. If you cannot, decline it there and say why.
notify-role-answer = Accept or decline: { $link }
notify-role-declined-title = Not { $role }: { $person }, { $name }
notify-role-declined = { $person } is not { $role } in { $name }: the team's own order counts. Somebody else can be asked on the tab People of its page, or by nabat incidents assign { $number } { $word } PERSON.
notify-role-ended-title = No longer { $role }: { $name }
notify-role-ended = You are not asked to be { $role } in { $name } any more, nor do you hold it: { $person } took it back or asked somebody else. There is nothing left to do.
notify-on-call-title = { $until ->
    [open] You are on call
   *[other] You are on call until { $until }
}
notify-on-call = { $until ->
    [open] You are on call now.
   *[other] You are on call now, until { $until }.
}
notify-on-call-deputy = Deputy: { $person }
notify-on-call-before = On call before: { $person }
notify-on-call-open = { $person ->
    [nobody] { $name }: nobody has it
   *[other] { $name }: { $person } has it
}
notify-off-call-title = You are on call no more
notify-off-call = { $person } is on call now. Incidents that you have stay yours: hand them over where you do not go on with them.
notify-nobody-on-call-title = Nobody is on call
notify-nobody-on-call = { $was ->
    [none] By the rota nobody is on call now. The first who holds the role is called.
   *[other] By the rota nobody is on call now; it was { $was }. The first who holds the role is called.
}
notify-account-title = How you sign in to Nabat was changed
notify-account = { $by } { $what ->
    [password] has set a password of yours
    [codes] has changed your one-time codes
   *[invitation] has made an invitation by which your password can be set
} for the pages. Whoever has it can act as you. If you did not ask for it, tell the lead, and end it with a new one: nabat people passwd { $person }
notify-own-password-title = Was it you who signed in to Nabat?
notify-own-password = Somebody has signed in as you, and your password is one that { $by } set or invited you to set. Until you say that nobody else knows it, your word beside { $by }'s does not count as a second one. Answer here, it takes one press: { $link }
notify-silence-soon-title = Your silence { $name } ends soon
notify-silence-soon = Your silence { $name } ends at { $time } ({ $reason }). { $count ->
    [0] It has muted nothing so far.
    [one] It has muted one finding.
   *[other] It has muted { $count } findings.
} What it is about pages again then.
notify-silence-over-title = Your silence { $name } has ended
notify-silence-over = Your silence { $name } ended at { $time } ({ $reason }). { $count ->
    [0] It muted nothing.
    [one] It muted one finding.
   *[other] It muted { $count } findings.
} What goes on pages.
notify-button-acknowledge = I have it
notify-button-hand-over = Hand over
notify-button-accept-role = Accept
notify-press-yours = You have incident { $incident }.
notify-press-taken = { $holder } has incident { $incident }.
notify-press-handed = { $holder } has incident { $incident } now, and is told.
notify-press-passed = The next ones are called about incident { $incident }.
notify-press-accepted = The role is yours in incident { $incident }.
notify-press-stranger = Nabat does not know you. Your Telegram id is { $user }: whoever keeps the configuration can name it in notify.telegram_users.
notify-press-refused = This button does nothing: it was used, is too old, or is not for you.
notify-press-overtaken = More is known since this page, or it cannot be done now. Use the newest page, or the link in it.
notify-press-failed = It could not be done. Use the link in the page.

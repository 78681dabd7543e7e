# Letters to clients: what stands in them, and what is said of them
letter-greeting = Dear { $name },
letter-greeting-nobody = Hello,
letter-again = We told you of this before. By now we know that more of your data was concerned: this letter names all of it.
letter-reference = { $reference } (in an earlier letter: { $earlier })
letter-mistaken = We wrote to you that there had been no breach. That does not hold any more: please go by this letter.
letter-outcome-false-positive = What looked to us like wrongful access to client data was none.
letter-outcome-authorised = Those who worked with the client data had the right to do so.
letter-act-seen = seen
letter-act-listed = seen in a list
letter-act-exported = copied
letter-act-changed = changed
letter-act-deleted = deleted
letter-date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { NUMBER($year, useGrouping: 0) }
letter-when-day = on { $date }
letter-when-span = from { $first } to { $last }
letter-data = { $title }: { $acts } { $when }
letter-data-unknown = data about you
letter-data-listed = Your name is on a list of those concerned. We do not know yet which of your data it is. We will write to you when we know.
letter-risk-phishing = Somebody may write or call you and use what they know to win your trust.
letter-risk-identity = Somebody may try to take a loan or sign a contract in your name.
letter-risk-document = Somebody may try to use the number of your passport or another paper.
letter-risk-password = Somebody may try to sign in to your accounts.
letter-risk-payment = Somebody may try to pay with your money, or ask you to send some.
letter-risk-disclosure = Others may learn what you told us in private.
letter-do-phishing = Do not trust calls, letters or links that speak of this matter. Hang up and call us at the number you know. We will never ask you for a password or a code.
letter-do-identity = Look at your credit history. Ask for it at a credit bureau, now and again in three months. Where you can, have new loans in your name blocked.
letter-do-document = Ask the office that gave you the paper whether you should have a new one. Tell them that its number is known to others.
letter-do-password = Change your password here, and wherever you use the same one.
letter-do-two-factor = Turn on a second step of sign-in (a code or a key) for your mail, your bank and us.
letter-do-payment = Look at what is paid from your account each day. Tell your bank at once of what you do not know.
letter-do-disclosure = If somebody asks you for money to keep quiet, do not pay. Tell the police and tell us.
letter-did-stopped = We cut off the access that was used.
letter-did-secrets = We changed the passwords and keys of our systems.
letter-did-clients = We ended open sessions, and ask for new passwords.
letter-did-closed = We closed the gap and tested it.
letter-did-authority = We told the data protection authority.
letter-did-police = We told the police.
letter-did-inquiry = We began an inquiry into how it came about.
letter-did-looking = We are looking into what happened, hour by hour.
incident-entry-letters-planned = Letters to clients were planned ({ $document }): { $letters }{ $scope ->
    [0] { "" }
   *[other] , from version { $scope } of the scope
}{ $missing ->
    [0] { "" }
   *[other] ; without a letter: { $missing }
}
incident-entry-letters-begun = Sending of letters to clients began ({ $document }): { $left } to send
incident-entry-letters-ended = Letters to clients ({ $document }): sent { $sent }{ $post ->
    [0] { "" }
   *[other] , by post { $post }
}{ $unknown ->
    [0] { "" }
   *[other] , unknown { $unknown }
}{ $failed ->
    [0] { "" }
   *[other] , failed or came back { $failed }
}
incident-entry-letters-settled = Letters whose sending was not known ({ $document }): { $sent ->
    [0] { $again } go again
   *[other] { $sent } had been sent{ $again ->
        [0] { "" }
       *[other] , { $again } go again
    }
}
incident-entry-letters-bounced = { $count } letters to clients came back ({ $document }): { $again ->
    [0] { $rest } have no other way
   *[other] { $again } go another way{ $rest ->
        [0] { "" }
       *[other] , { $rest } have none
    }
}
incident-entry-letters-post = The list for letters by post was written ({ $document }): { $count }
web-entry-letters-planned = letters planned
web-entry-letters-begun = letters begun
incident-entry-letters-contradicted = Letters to clients ({ $document }) go out though the check names contradictions with the case ({ $count }): { $reason }
web-entry-letters-contradicted = letters all the same
web-entry-letters-ended = letters sent
web-entry-letters-settled = letters settled
web-entry-letters-bounced = letters came back
web-entry-letters-post = list for the post
letters-kind-first = first letter
letters-kind-follow-7 = letter after 7 days
letters-kind-follow-30 = letter after 30 days
letters-kind-withdrawal = letter of withdrawal
letters-state-planned = planned
letters-state-sending = being sent
letters-state-unknown = unknown whether sent
letters-state-sent = sent
letters-state-bounced = came back
letters-state-failed = failed
letters-state-post = by post
letters-state-replaced = replaced
letters-state-not-reached = no contact
letters-state-unrepresented = a minor or represented, nobody to write to
letters-state-held = held back
letters-state-posted = posted on paper
letters-state-told-otherwise = told otherwise
letters-state-public = told by a public communication
letters-state-given-up = given up
letters-later = in no plan of letters
letters-wider = more of their data is concerned than was told
web-letters-wider = More of their data is concerned than was told, by counts ({ NUMBER($count) }): the close asks client by client.
letters-without-sum = Without a letter (*): { NUMBER($without) }. Told each for themselves: { NUMBER($informed) }{ $less ->
    [0] { "" }
   *[other] , { NUMBER($less) } of them not of everything yet
}.
letters-without-remark = { NUMBER($count) } { $count ->
    [one] client has
   *[other] clients have
} no letter, and nobody has said how they were told. No law asks for it here: nabat letters without { $number }
incident-entry-letters-told = { NUMBER($count) } { $count ->
    [one] client
   *[other] clients
} without a letter{ $letter ->
    [none] { $failed ->
        [0] { "" }
       *[other] , refused { $failed }
    }{ $bounced ->
        [0] { "" }
       *[other] , came back { $bounced }
    }{ $unreached ->
        [0] { "" }
       *[other] , no contact { $unreached }
    }{ $unrepresented ->
        [0] { "" }
        [one] , nobody to write to for them { $unrepresented }
        [other] , nobody to write to for them { $unrepresented }
       *[none] { "" }
    }{ $planned ->
        [0] { "" }
        [one] , not sent yet { $planned }
        [other] , not sent yet { $planned }
       *[none] { "" }
    }{ $held ->
        [0] { "" }
       *[other] , held back { $held }
    }{ $post ->
        [0] { "" }
       *[other] , for the post { $post }
    }{ $rest ->
        [0] { "" }
       *[other] , others { $rest }
    }
   *[other] { " " }({ $letter })
}: { $how ->
    [posted] posted on paper
    [told-otherwise] told otherwise
    [public] told by a public communication
   *[other] given up
}, { $told }: { $words }
incident-entry-letters-held = Letters to one client are held back (hold { $number }, letters: { $count }): { $reason }
incident-entry-letters-released = Letters to one client may go again (hold { $number }, letters: { $count }): { $reason }
web-entry-letters-told = clients without a letter
web-entry-letters-held = letters held back
web-entry-letters-released = letters released
letters-why-no-contact = no contact
letters-why-no-address = no address
letters-why-no-representative = a minor or represented, and nobody to write to
letters-why-told-otherwise = told by telephone or in person: set right the same way
letters-why-of-controller = their data is processed for others, who write to them
letters-title = Letters to clients: { $kind }
letters-plan-head = { $kind }, of incident { $number }{ $scope ->
    [0] { "" }
   *[other] , from version { $scope } of its scope
}
letters-plan-total = Letters: { $letters }
letters-plan-again = told before, of less of their data: { NUMBER($count) }
letters-plan-another = whose letter came back or was refused, with another address now: { NUMBER($count) }
letters-plan-mistaken = told since that it was a mistake: { NUMBER($count) }
letters-plan-unknown = of { NUMBER($count) } more nobody knows whether they were told; settle these first: nabat letters settle { $number } --accepted FILE
letters-plan-in-public = told by a public communication: { NUMBER($count) }; set that right where it was made
letters-plan-manner = { $law }, { NUMBER($count) } of them at most: told { $manner }
letters-plan-form = { $law }: in the form that it asks for ({ $form }): { $count }
letters-plan-form-unsure = of these nobody knows of { $count } whether they live there: they get this form, which says all that the common letter says. Name where they live: records.residence.
letters-plan-form-unserved = of these are { $count } offered nothing, though numbers of identity papers are concerned: the law may ask for 12 months of identity protection (letters.offers).
letters-plan-form-delay = this form says that the notice was not held back for the police: change its text where they asked for that.
letters-plan-form-common = In the common form: { $count }
letters-plan-form-name = form { $form }
letters-mark-memory = from memory
letters-mark-secondary = at second hand
letters-plan-unchecked = check before sending ({ $mark }): { $who }; once it is checked: letters.help_contacts: { $id }
letters-plan-missing = Clients without a letter: { $count }
letters-of-others = Not in these figures, others write to them: { NUMBER($count) }
letters-plan-by-language = By language: { $counts }
letters-plan-foreign = In another language than theirs: { $count } { $count ->
    [one] client speaks
   *[other] clients speak
} { $spoken } and { $count ->
    [one] gets
   *[other] get
} the letter in { $given }. A text of your own: { $file } under letters.templates.
letters-plan-mixed = In the letters in { $language } ({ $count }) stand { $phrases } phrases in English. Give them in { $language } in { $file } under letters.templates; as they are now:
letters-plan-by-channel = By channel: { $counts }
letters-plan-by-class = By kind of data: { $counts }
letters-plan-unknown-class = not known which
letters-plan-ease = Reading ease ({ $language }): { $ease }; to be reached: { $wanted }
letters-plan-sample = Sample { $number } ({ $language })
letters-plan-digests = SHA-256 of all letters as they read: { $texts }
    SHA-256 of the file with whom they go to: { $file }
letters-replaced = replaced by a later plan
letters-of-merged = of incident { $number }, which went into this one
letters-approved-by = approved by { $people }
calls-not-approved = { $question } (NOT APPROVED YET: ask before you say it)
incident-entry-call-added = A question of a client waits for an answer (call { $number })
incident-entry-call-answered = The question of call { $number } was answered
web-entry-call-added = question of a client
web-entry-call-answered = client answered
calls-offer-only = { $offer } Only for clients whose data of this kind was concerned: { $classes }.
calls-faq-title = Answers for the hotline
calls-waits = waits
calls-answered = answered
web-letters = Letters to clients
web-letters-plan = Letter
web-letters-count = Letters
web-letters-state = How far
web-letters-approved = Approved by
web-letters-none = No letters were filed.
web-letters-which = Which letter
web-letters-count-press = Count them
web-letters-file-press = File them for approval
incident-entry-letters-ordered = The service sends letters to clients ({ $document }): { $left } to send
incident-entry-letters-stopped = The sending of letters to clients was stopped ({ $document }): { $sent } sent, { $left } left
web-entry-letters-ordered = letters ordered
web-entry-letters-stopped = letters stopped
letters-order-standing = { $kind }: the service sends them since { $at }, ordered by { $by }
letters-order-done = { $kind }: ordered { $at } by { $by }; sent
letters-order-stopped = { $kind }: ordered { $at } by { $by }; stopped
letters-order-halted = { $kind }: ordered { $at } by { $by }; the mail server refused them
letters-order-refused = { $kind }: ordered { $at } by { $by }; they could not be sent
notify-letters-done-title = Letters to clients were sent: { $name }
notify-letters-done = The letters to clients of { $name } that you had sent are out.
notify-letters-halted-title = Letters to clients are refused: { $name }
notify-letters-halted = The mail server refused so many letters to clients of { $name } in a row that sending stopped. Look at what it says, then have them sent again.
notify-letters-refused-title = Letters to clients cannot be sent: { $name }
notify-letters-refused = The letters to clients of { $name } cannot be sent as they were ordered. The page says why.
notify-letters-back-title = Letters to clients came back: { $name }
notify-letters-back = Letters to clients of { $name } came back: { $back }. Next by another channel: { $again }. Next by post: { $post }. No other way: { $rest }. Unless an order to send stands, have letters sent again; the list for the post is on the page.
notify-letters-figures = Sent: { $sent }. Left to send: { $left }. Unknown, came back or failed: { $lost }.
web-problem-letters-two = Two people beside { $person } have to approve these letters before they are sent.
web-problem-letters-merged = These letters were planned before an incident with letters of its own went into this one. Plan them again, so that nobody gets two.
web-problem-letters-parted = These letters were planned before this incident was parted from another one. Plan them again, so that nobody gets two.
web-problem-letters-early = The first letters were sent { $first }, and these speak of them as longer ago.
web-problem-letters-busy = Somebody is sending letters of this incident just now, or planning them. Wait, or stop the sending before.
web-problem-letters-ordered = The service is sending these letters already.
web-problem-letters-none-left = No letter is left to send.
web-problem-letters-not-ordered = The service is not sending these letters.
web-problem-letters-nobody = There is nobody to write to: see for whom there is no letter.
web-problem-letters-otherwise = The letters would read otherwise than those that were approved: plan them again. Whoever got one gets none twice.
web-problem-letters-meanwhile = Another plan of letters was made meanwhile: plan again.
web-problem-letters-not-filed = These letters were not planned yet.
web-problem-letters-no-first = Nobody was sent a first letter yet.
web-problem-letters-smtp = No mail server is set (letters.smtp).
web-problem-letters-sender = No sender's address is set (letters.sender).
web-letters-hint = Two people, neither of whom filed them, approve them here. Then somebody has the service send them: each once, and whatever is interrupted goes on. That client numbers were shown or fetched is recorded.
web-letters-plan-new = Plan letters
web-letters-missing = Fetch who gets none
web-letters-read = Read the plan
web-letters-read-hint = Counts, and samples with names. That you read it is recorded.
web-letters-wait = { $count ->
    [1] One more person has to approve them.
   *[other] Two people have to approve them.
}
web-letters-approve = Approve these letters
web-letters-own-word = Your own word is in already: somebody else has to give the other.
web-letters-send = { $count ->
    [1] Have the one letter sent
   *[other] Have { $count } letters sent
}
web-letters-send-hint = The service sends them, after a restart too, in your name. You are told when it has.
web-letters-stop = Stop sending
web-letters-stop-hint = The letter in hand still goes; the others can be sent later.
web-letters-look-again = Look again
web-letters-from = Can be sent from { $time } on: it speaks of the first letter as longer ago.
web-letters-gone = { $gone } of { $all } are done
web-letters-put-off = put off: { $count } ({ $why })
web-letters-post = List for the post
web-letters-pages = Letters to print
web-letters-post-hint = Letters that go by post, and those that could not go otherwise.
web-letters-unknown = Nobody knows whether they went
web-letters-unknown-hint = These were being handed over when the service or the mail server ended. Look for their message ids in the log of the mail server. A letter is taken when it was queued or delivered there.
web-letters-accepted = Message ids that the mail server took, or lines of its log that hold them
web-letters-rest = The others
web-letters-rest-leave = stay unknown
web-letters-rest-again = go again
web-letters-rest-sent = were sent, too
web-letters-settle = Say so
web-letters-back = Came back
web-letters-back-found = { $back ->
    [0] { $known ->
        [0] By what it says none of these letters came back.
       *[other] Known already: { NUMBER($known) }. Nothing else came back.
    }
   *[other] Came back: { $back }. Go another way: { $again }. Have none: { $rest }.
}
web-letters-returned = The whole mail that says that a letter came back, with its headers
web-letters-returned-hint = A mailbox full of them is read by `nabat letters bounces { $number } MAILBOX`.
web-letters-take-back = Take it in
web-letters-box = Look into the mailbox
web-letters-box-hint = Reads what came since the last look; nothing there is changed.
web-letters-box-looked = The service last looked at { $time }.
web-letters-box-failed = The service could not look at { $time }.
web-letters-back-more = There is more: look again.
web-problem-letters-box = { $code ->
    [login] The mail server does not take the account or password of the mailbox (letters.bounces).
    [folder] The mailbox has no such folder (letters.bounces.imap).
    [tls] The certificate of the mail server is not trusted (letters.bounces.imap).
    [timeout] The mail server of the mailbox gave no answer in time (letters.bounces.imap).
   *[other] The mailbox that letters come back to cannot be read: its server is not reached, or gives no answer that can be used (letters.bounces.imap).
}
web-problem-letters-box-password = The file with the password of the mailbox cannot be read (letters.bounces.password_file).
web-letters-without = Clients without a letter
web-letters-without-count = { NUMBER($count) } { $count ->
    [one] client has
   *[other] clients have
} no letter, and nobody has said how they were told. Where a law wants them told, the case is not closed as handled before.
web-letters-without-some = First of “{ $state }”: { $some }
web-letters-informed = Told each for themselves: { NUMBER($count) }{ $less ->
    [0] { "" }
   *[other] , { NUMBER($less) } of them not of everything yet
}.
web-letters-without-fetch = Fetch who they are
web-letters-without-client = Or one client alone: the id
web-letters-told-how = How they were told
web-letters-told-words = By which number, where or by whom; of who is given up: why not
web-letters-told-at = When they were told ({ $zone }); empty: now
web-letters-told-press = Say so
web-letters-hold = Hold letters to one client back
web-letters-hold-hint = An objection, or a lawyer's word: no letter about this client goes any more, not by later plans either. Letters about children or others for whom the client stands go on: hold each of these by its own id. At the close it is asked how they were told.
web-letters-hold-count = Held back now: { NUMBER($count) } { $count ->
    [one] client
   *[other] clients
}.
web-letters-hold-client = The client's id
web-letters-hold-reason = Why
web-letters-hold-press = Hold back
web-letters-release-press = Let go again
web-letters-held-done = { $count ->
    [0] No letter to this client waits now; those of later plans are held back.
   *[other] Held back: { $count }.
} Had gone, or perhaps: { $gone }.
web-close-correction = Told already, or perhaps: clients { NUMBER($count) }, notices to others { NUMBER($notices) }. Closed otherwise than as handled: how are they told of the mistake, or why not?
web-problem-close-notices = { NUMBER($count) } { $count ->
    [one] notice was
   *[other] notices were
} sent: { $refs }. A correction is owed to whoever got them. Say how they are told of the mistake, or why not.
web-problem-close-correction = { NUMBER($count) } { $count ->
    [one] client got a letter or was told
   *[other] clients got a letter or were told
}{ $perhaps ->
    [none] { "" }
   *[other] , { $perhaps } more perhaps
}: a correction is owed to them. Say how they are told of the mistake, or why not. A duplicate is better merged with the other incident, so that nobody gets two letters.
web-close-without = { NUMBER($count) } { $count ->
    [one] client has
   *[other] clients have
} no letter: say how they were told, or why not
web-problem-clients-without = { NUMBER($count) } { $count ->
    [one] client has
   *[other] clients have
} no letter ({ $counts }). On the page Letters, under "Clients without a letter", say how they were told, or why not.
web-problem-letters-unsent = { NUMBER($count) } { $count ->
    [one] letter to a client was not sent yet. Send it on the page Letters.
   *[other] letters to clients were not sent yet. Send them on the page Letters.
}
web-problem-letters-in-doubt = Of { NUMBER($count) } { $count ->
    [one] letter
   *[other] letters
} to clients nobody knows whether it was sent: say so on the page Letters.
web-problem-clients-unplanned = { NUMBER($count) } { $count ->
    [one] client stands
   *[other] clients stand
} in no plan of letters: plan letters on the page Letters.
web-problem-clients-wider = Of { NUMBER($count) } { $count ->
    [one] client
   *[other] clients
} more data is concerned than was told: plan letters that name all of it, on the page Letters.
web-problem-letters-which = Choose which clients it is about: some states, or one client by their id, not both.
web-problem-letters-more-asked = By now it is about { $count } clients; it was asked of { $asked }. Decline it, and ask anew.
web-problem-letters-other-since = Letter no. { $number } does not count any more: a later one does. Decline it, and ask anew.
web-problem-letters-settle-two = Another person has to agree that letters which can still go do not.
web-problem-letters-nobody-so = No client stands so.
web-problem-letters-not-theirs = No letter of this case is this client's: fetch who has none, and look at the id.
web-problem-letters-has-one = This client has a letter.
web-problem-letters-held = Letters to this client are held back since { $since } by { $person }.
web-problem-letters-not-held = Letters to this client are not held back.
web-problem-letters-client = Give the client's id.
web-problem-letters-told-when = The moment lies in the future, or long before the case.
web-problem-letters-how = Choose how they were told, or that they are given up.
